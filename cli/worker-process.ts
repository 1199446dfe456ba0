import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../domain/errors.js';
import { inRepository } from '../infra/setup/repository.js';

export interface WorkerPlan {
  name: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Seconds a worker may take to end by itself before it is killed. */
  graceSeconds: number;
  say: (line: string) => void;
}

/** Below this, an exit with code 1 means that it could not start. */
const startUpMs = 60_000;
const longestWaitMs = 30_000;

/**
 * One worker as a child process, started again when it dies. It has a group of its own, so that Ctrl-C reaches it through us alone,
 * and a pipe as stdin: when this process is gone, however it went, the pipe closes and the worker ends.
 */
export class WorkerProcess {
  /** Rejects with EngineError when the worker cannot start. */
  readonly failed: Promise<never>;
  private fail: (error: EngineError) => void = () => undefined;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private again: NodeJS.Timeout | undefined;
  private stopping = false;
  private waitMs = 1_000;

  constructor(private readonly plan: WorkerPlan) {
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    // Nobody may be waiting when it fails; whoever waits later still gets it.
    this.failed.catch(() => undefined);
  }

  start(): void {
    const { name, env, logFile } = this.plan;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    const logFrom = statSync(logFile).size;
    const startedAt = Date.now();
    // By address: found whatever folder the user is in.
    const tsx = fileURLToPath(import.meta.resolve('tsx'));
    const child = spawn(process.execPath, ['--import', tsx, inRepository(`workers/${name}.ts`)], {
      env: { ...env, CLAWMILL_EXIT_WITH_STDIN: '1' },
      stdio: ['pipe', log, log],
      detached: true,
    });
    closeSync(log);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.fail(new EngineError(`the ${name} worker cannot be started: ${error.message}`, { cause: error }));
        resolve();
      });
      child.once('exit', (code, signal) => {
        resolve();
        if (!this.stopping)
          this.replace({
            code,
            signal,
            afterMs: Date.now() - startedAt,
            said: readFileSync(logFile, 'utf8').slice(logFrom),
          });
      });
    });
  }

  /** Lets running activities end within the grace time, then kills. */
  async stop(): Promise<void> {
    clearTimeout(this.again);
    if (!this.stopping) this.signal('SIGTERM');
    this.stopping = true;
    const late = setTimeout(() => this.kill(), (this.plan.graceSeconds + 10) * 1000);
    await this.ended.finally(() => clearTimeout(late));
  }

  kill(): void {
    this.signal('SIGKILL');
  }

  private replace(end: { code: number | null; signal: string | null; afterMs: number; said: string }): void {
    const { name, logFile, say } = this.plan;
    const hadStarted = end.said.includes('"msg":"polling"') || end.afterMs > startUpMs;
    if (end.code === 1 && !hadStarted) {
      const words = lastWords(end.said);
      this.fail(
        new EngineError(words.message || `the ${name} worker could not start`, {
          nextStep: words.nextStep ?? `see ${logFile}`,
        }),
      );
      return;
    }
    if (end.afterMs > startUpMs) this.waitMs = 1_000;
    say(
      `the ${name} worker ended (${end.signal ?? `exit code ${end.code ?? 'unknown'}`}); it is started again in ${this.waitMs / 1000}s; log: ${logFile}`,
    );
    this.again = setTimeout(() => this.start(), this.waitMs);
    this.waitMs = Math.min(longestWaitMs, this.waitMs * 2);
  }

  private signal(name: NodeJS.Signals): void {
    if (this.child?.exitCode === null && this.child.signalCode === null) this.child.kill(name);
  }
}

/** What a worker says beside its JSON log before it gives up: a message, and perhaps the next step. */
function lastWords(log: string): { message: string; nextStep?: string } {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
  const nextStep = lines.findLast((line) => /^\s*next: /.test(line))?.replace(/^\s*next: /, '');
  const message = lines
    .filter((line) => !/^\s*next: /.test(line))
    .slice(-3)
    .join('\n');
  return nextStep === undefined ? { message } : { message, nextStep };
}
