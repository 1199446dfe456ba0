import { SandboxError } from '../../../domain/errors.js';
import type { WorkspaceFile } from '../../../domain/task/workspace.js';
import type { RunAction, RunResult, Sandbox } from '../../ports/sandbox.js';
import { WorkspaceTooLarge } from '../../ports/sandbox.js';
import { putFrames, SnapshotReader, snapshotFrame } from './file-exchange.js';
import { encodeFrame, type Frame } from './frame-codec.js';
import { PayloadWriter } from './payload.js';
import { resultWithoutStart, RunReader, runFrames } from './run-exchange.js';
import { readFailure, type ToolConnection, type ToolFailure } from './tool-connection.js';

/** How long after its deadline an action's end may come before the tool server counts as hung. */
const GRACE_MS = 30_000;

const LONGEST_PATH = 4_096;

/** A sandbox as its tool server carries it out; what is special to the driver is in `release`. */
export class ConnectedSandbox implements Sandbox {
  private destroyed: Promise<void> | undefined;

  constructor(
    readonly id: string,
    private readonly connection: ToolConnection,
    /** Ends the sandbox and frees what belongs to it. Called once. */
    private readonly release: () => Promise<void>,
  ) {}

  /** False once the connection is lost or the sandbox destroyed. */
  get alive(): boolean {
    return this.connection.alive;
  }

  async run(action: RunAction): Promise<RunResult> {
    let result = resultWithoutStart(action);
    if (result !== undefined) return result;
    const reader = new RunReader();
    const withinMs = action.timeoutMs + GRACE_MS;
    await this.ask(runFrames(action), (frame) => (result = reader.accept(frame)) !== undefined, withinMs);
    return result as unknown as RunResult;
  }

  async put(dir: string, files: readonly WorkspaceFile[]): Promise<void> {
    const bad = files.find(({ path }) => path.includes('\0') || Buffer.byteLength(path) > LONGEST_PATH);
    if (bad !== undefined) {
      throw failureError({ code: 'refused', message: 'not a path', path: bad.path.slice(0, 100) });
    }
    await this.ask(putFrames(dir, files), isDone);
  }

  async snapshot(dir: string, limits: { bytes: number; files: number }): Promise<WorkspaceFile[]> {
    const reader = new SnapshotReader();
    await this.ask([snapshotFrame(dir, limits)], (frame) => !reader.accept(frame) && isDone(frame));
    return reader.sorted();
  }

  async wipe(dir: string): Promise<void> {
    await this.ask([encodeFrame('W', new PayloadWriter().string(dir).done())], isDone);
  }

  destroy(): Promise<void> {
    this.destroyed ??= this.endAndRelease();
    return this.destroyed;
  }

  private async endAndRelease(): Promise<void> {
    this.connection.lose('the sandbox was destroyed');
    await this.release();
  }

  /** An exchange whose answer may be the server's failure, which is thrown as what it means. */
  private async ask(frames: Iterable<Buffer>, onFrame: (frame: Frame) => boolean, withinMs?: number): Promise<void> {
    let failure: ToolFailure | undefined;
    await this.connection.exchange(
      frames,
      (frame) => {
        if (frame.kind !== 'X') return onFrame(frame);
        failure = readFailure(frame.payload);
        return true;
      },
      withinMs,
    );
    if (failure !== undefined) throw failureError(failure);
  }
}

function isDone({ kind }: Frame): boolean {
  if (kind !== 'K') throw new RangeError(`frame ${kind} where an end was due`);
  return true;
}

function failureError({ code, message, path }: ToolFailure): Error {
  const told = `${message} (${path})`;
  if (code === 'too-large' || code === 'no-space') return new WorkspaceTooLarge(told);
  return new SandboxError(`The sandbox refused: ${told}`, {
    retryable: code === 'system',
    ...(code === 'refused'
      ? { nextStep: 'Check the paths of the files: none may leave its folder or pass a link.' }
      : {}),
  });
}
