import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { TrainerError } from '../../../domain/errors.js';
import { trainerEventSchema, type TrainerEvent } from '../../../domain/training/trainer-protocol.js';
import type { EventListener } from '../../ports/trainer.js';

export interface TrainerCommand {
  python: string;
  /** Folder that holds the `trainer` package. */
  projectDir: string;
  env?: Readonly<Record<string, string>>;
}

const stopGraceMs = 60_000;

/**
 * One Python process in its own process group: job in a file, events on descriptor 3, everything else it prints to `trainer.log`
 * beside the job. It asks the kernel to die with us, so that a killed worker leaves none behind.
 */
export class TrainerProcess {
  private readonly child: ChildProcess;
  private readonly listeners = new Set<EventListener>();
  private readonly logPath: string;
  private lastError: Extract<TrainerEvent, { event: 'error' }> | undefined;
  private startError: Error | undefined;
  /** Resolves when the process has ended, with its exit code. */
  readonly exited: Promise<number | null>;

  constructor(command: TrainerCommand, job: { job: string }, workDir: string) {
    mkdirSync(workDir, { recursive: true });
    const jobPath = join(workDir, `${job.job}-job.json`);
    writeFileSync(jobPath, JSON.stringify(job, undefined, 2));
    this.logPath = join(workDir, 'trainer.log');
    const log = openSync(this.logPath, 'a');
    this.child = spawn(command.python, ['-m', 'trainer', jobPath], {
      cwd: command.projectDir,
      env: {
        ...process.env,
        HF_HUB_OFFLINE: '1',
        TOKENIZERS_PARALLELISM: 'false',
        PYTHONUNBUFFERED: '1',
        ...command.env,
      },
      stdio: ['pipe', log, log, 'pipe'],
      detached: true,
    });
    closeSync(log);
    this.child.stdin?.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.startError = error;
        resolve(null);
      });
      this.child.once('close', (code) => {
        resolve(code);
      });
    });
    // What it leaves behind would keep descriptor 3 open, and the end of it would never be seen.
    this.child.once('exit', () => {
      this.killGroup();
    });
    createInterface({ input: this.child.stdio[3] as Readable }).on('line', (line) => {
      this.receive(line);
    });
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  send(message: unknown): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** What to tell of an end that was not asked for: the last error event, or the end of the log. */
  failure(code: number | null): TrainerError {
    const event = this.lastError;
    if (event) return trainerError(event);
    if (this.startError) {
      return new TrainerError(`the trainer cannot be started: ${this.startError.message}`, {
        cause: this.startError,
        nextStep: 'npm run setup',
      });
    }
    const tail = readFileSync(this.logPath, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
    return new TrainerError(`the trainer ended with ${code ?? this.child.signalCode ?? 'no exit code'}:\n${tail}`, {
      retryable: true,
      nextStep: `read ${this.logPath}`,
    });
  }

  /** SIGTERM, which asks for a checkpoint; after a grace time the whole group is killed. */
  async stop(graceMs = stopGraceMs): Promise<void> {
    if (!this.alive) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.killGroup();
    }, graceMs);
    await this.exited.finally(() => {
      clearTimeout(timer);
    });
    this.killGroup();
  }

  private killGroup(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  private receive(line: string): void {
    const event = parseEvent(line);
    if (!event) return;
    if (event.event === 'error' && event.id === undefined) this.lastError = event;
    for (const listener of [...this.listeners]) listener(event);
  }
}

/** An event that cannot be read is dropped: a broken line must not end a training that works. */
function parseEvent(line: string): TrainerEvent | undefined {
  try {
    return trainerEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

export function trainerError(event: Extract<TrainerEvent, { event: 'error' }>): TrainerError {
  return new TrainerError(`${event.type}: ${event.message}`, {
    retryable: event.retryable,
    ...(event.next_step === undefined ? {} : { nextStep: event.next_step }),
  });
}
