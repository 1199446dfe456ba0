import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { identifyProcess, type ProcessIdentity } from '../owner-process.js';

/** How long a tool server may take to end by itself once its input is closed. It needs a millisecond or two. */
const GRACE_MS = 500;
const STDERR_KEPT = 2_000;

/** The launcher with its pipes; bubblewrap takes its place, and keeps its pid. */
export class BubblewrapProcess {
  readonly identity: ProcessIdentity | undefined;
  /** Resolves once the sandbox has ended, in whatever way. */
  readonly ended: Promise<unknown>;
  private stderr = '';

  private constructor(private readonly child: ChildProcess) {
    this.identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
    this.ended = once(child, 'exit').catch(() => undefined);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    child.stderr?.on('error', () => undefined);
  }

  /** `inherited` files are open in the child as descriptors 3, 4, … */
  static start(launcher: string, args: readonly string[], inherited: readonly string[]): BubblewrapProcess {
    const descriptors: number[] = [];
    try {
      for (const path of inherited) descriptors.push(openSync(path, 'r'));
      const child = spawn(launcher, args, { stdio: ['pipe', 'pipe', 'pipe', ...descriptors], env: {}, cwd: '/' });
      return new BubblewrapProcess(child);
    } finally {
      for (const descriptor of descriptors) closeSync(descriptor);
    }
  }

  get toServer(): Writable {
    return this.child.stdin as Writable;
  }

  get fromServer(): Readable {
    return this.child.stdout as Readable;
  }

  /** How it ended and what it said on stderr, for error messages. */
  lastWords(): string {
    const { exitCode, signalCode } = this.child;
    const end = signalCode ?? (exitCode === null ? '' : `exit ${exitCode}`);
    return [end, this.stderr.trim()].filter((part) => part !== '').join(', ');
  }

  /** Closes the tool server's input, which ends it and all it started; kills it where that does not help. */
  async end(): Promise<void> {
    this.child.stdin?.destroy();
    this.child.stdout?.destroy();
    const graceful = await Promise.race([this.ended.then(() => true), sleep(GRACE_MS, false, { ref: false })]);
    if (graceful) return;
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
