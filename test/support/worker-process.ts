import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '../../infra/setup/repository.js';

export type WorkerName = 'pipeline' | 'sandbox' | 'gpu';

/** A real worker process, which a test may kill. */
export class WorkerProcess {
  private child: ChildProcess;

  constructor(
    readonly name: WorkerName,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly logDir: string,
  ) {
    this.child = this.spawn();
  }

  /** SIGKILL: no farewell, no clean-up. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  restart(): void {
    this.child = this.spawn();
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(timer);
  }

  log(): string {
    return readFileSync(this.logPath, 'utf8');
  }

  private get logPath(): string {
    return join(this.logDir, `${this.name}.log`);
  }

  private spawn(): ChildProcess {
    const log = openSync(this.logPath, 'a');
    const child = spawn(process.execPath, ['--import', 'tsx', inRepository(`workers/${this.name}.ts`)], {
      cwd: inRepository('.'),
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    return child;
  }
}
