import type { Readable, Writable } from 'node:stream';

import { SandboxError } from '../../../domain/errors.js';
import { FrameDecoder, type Frame } from './frame-codec.js';
import { PayloadReader } from './payload.js';

const PROTOCOL_VERSION = 1;

/** Far more than a start or a file exchange takes on a busy machine: past it, server or engine hang. */
const ANSWER_WITHIN_MS = 60_000;

/** The tool server could not do what was asked, and goes on living: its codes are in infra/sandbox/tool-server/host.h. */
export interface ToolFailure {
  code: 'refused' | 'too-large' | 'no-space' | 'system';
  message: string;
  path: string;
}
const failureCodes: Readonly<Record<number, ToolFailure['code']>> = { 1: 'refused', 2: 'too-large', 3: 'no-space' };

interface PendingExchange {
  onFrame: (frame: Frame) => boolean;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Speaks with one tool server: one exchange at a time, further ones wait. When the connection ends, or carries what no
 * tool server says, the running exchange and all later ones reject with a retryable SandboxError.
 */
export class ToolConnection {
  private readonly decoder = new FrameDecoder();
  private pending: PendingExchange | undefined;
  private lost: SandboxError | undefined;
  private last: Promise<void> = Promise.resolve();
  private drained: () => void = () => undefined;

  constructor(
    private readonly toServer: Writable,
    fromServer: Readable,
    /** What is known about the end of the server, for the error's message. */
    private readonly lastWords: () => string,
  ) {
    fromServer.on('data', (chunk: Buffer) => {
      this.receive(chunk);
    });
    toServer.on('drain', () => {
      this.drained();
    });
    const gone = (): void => {
      this.lose('the connection to the sandbox ended');
    };
    for (const stream of [toServer, fromServer]) stream.on('error', gone);
    for (const event of ['end', 'close']) fromServer.on(event, gone);
  }

  get alive(): boolean {
    return this.lost === undefined;
  }

  /** Waits for the server's greeting. */
  async greeted(): Promise<void> {
    await this.exchange([], ({ kind, payload }) => {
      const version = kind === 'H' ? new PayloadReader(payload).u32() : undefined;
      if (version !== PROTOCOL_VERSION) throw new RangeError(`greeting ${kind}, version ${version ?? 'none'}`);
      return true;
    });
  }

  /**
   * Sends the frames, then hands the answer's frames to `onFrame` until it says true (that was the last one). The
   * connection is given up where that takes longer than `withinMs`.
   */
  async exchange(
    frames: Iterable<Buffer>,
    onFrame: (frame: Frame) => boolean,
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<void> {
    const turn = this.last.then(() => this.exchangeNow(frames, onFrame, withinMs));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  lose(reason: string): void {
    if (this.lost !== undefined) return;
    const words = this.lastWords();
    this.lost = new SandboxError(words === '' ? reason : `${reason}: ${words}`, {
      retryable: true,
      nextStep: 'Nothing, if it happens once: the work is tried again in a fresh sandbox.',
    });
    this.pending?.reject(this.lost);
    this.drained();
  }

  private async exchangeNow(
    frames: Iterable<Buffer>,
    onFrame: (frame: Frame) => boolean,
    withinMs: number,
  ): Promise<void> {
    if (this.lost !== undefined) throw this.lost;
    const answered = new Promise<void>((resolve, reject) => {
      this.pending = { onFrame, resolve, reject };
    });
    const watchdog = setTimeout(() => {
      this.lose(`the sandbox did not answer within ${withinMs / 1000} s`);
    }, withinMs);
    try {
      await Promise.all([answered, this.send(frames)]);
    } catch (error) {
      // Whatever it was, half an exchange may be on the wire, and nothing more can be said.
      this.lose(`a request failed (${(error as Error).message})`);
      throw error;
    } finally {
      clearTimeout(watchdog);
      this.pending = undefined;
    }
  }

  /** Waits whenever the server does not keep up, so that no more than a frame or two lie in memory. */
  private async send(frames: Iterable<Buffer>): Promise<void> {
    this.toServer.cork();
    for (const frame of frames) {
      if (this.lost !== undefined) break;
      if (this.toServer.write(frame)) continue;
      const drained = new Promise<void>((resolve) => (this.drained = resolve));
      this.toServer.uncork();
      if (this.toServer.writableNeedDrain) await drained;
      this.toServer.cork();
    }
    this.toServer.uncork();
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.decoder.push(chunk)) this.accept(frame);
    } catch (error) {
      this.lose(`the sandbox broke the protocol (${(error as Error).message})`);
      this.toServer.destroy();
    }
  }

  private accept(frame: Frame): void {
    if (this.pending === undefined) throw new RangeError(`unexpected frame ${frame.kind}`);
    const { onFrame, resolve } = this.pending;
    if (!onFrame(frame)) return;
    this.pending = undefined;
    resolve();
  }
}

/** The failure that an `X` frame tells. */
export function readFailure(payload: Buffer): ToolFailure {
  const reader = new PayloadReader(payload);
  const code = failureCodes[reader.u8()] ?? 'system';
  return { code, message: reader.bytes().toString(), path: reader.bytes().toString() };
}
