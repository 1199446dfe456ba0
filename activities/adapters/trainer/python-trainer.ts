import { join } from 'node:path';
import { TrainerError } from '../../../domain/errors.js';
import type { PolicyCommand, PolicyJob, SftJob, TrainerEvent } from '../../../domain/training/trainer-protocol.js';
import type { EventListener, PolicyProcess, Trainer } from '../../ports/trainer.js';
import { TrainerProcess, trainerError, type TrainerCommand } from './trainer-process.js';

/** The trainer as Python processes of this host. */
export class PythonTrainer implements Trainer {
  constructor(
    private readonly command: TrainerCommand,
    /** Where policy jobs keep their job file and log. */
    private readonly policyDir: string,
  ) {}

  async sft(
    job: SftJob,
    onEvent: EventListener,
    signal: AbortSignal,
  ): Promise<{ path: string; metrics: Record<string, unknown> }> {
    const trainer = new TrainerProcess(this.command, job, job.output_dir);
    let done: Extract<TrainerEvent, { event: 'done' }> | undefined;
    trainer.listen((event) => {
      if (event.event === 'done') done = event;
      onEvent(event);
    });
    const stop = (): void => void trainer.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const code = await trainer.exited.finally(() => {
      signal.removeEventListener('abort', stop);
    });
    signal.throwIfAborted();
    if (code !== 0 || !done) throw trainer.failure(code);
    return { path: done.path, metrics: done.metrics };
  }

  async policy(job: PolicyJob, onEvent: EventListener): Promise<PolicyProcess> {
    const trainer = new TrainerProcess(this.command, job, join(this.policyDir, `${job.device}-${process.pid}`));
    trainer.listen(onEvent);
    const url = await new Promise<string>((resolve, reject) => {
      trainer.listen((event) => {
        if (event.event === 'ready' && event.url !== undefined) resolve(event.url);
      });
      void trainer.exited.then((code) => {
        reject(trainer.failure(code));
      });
    });
    return new ServedPolicy(trainer, url, job.policy_version);
  }
}

class ServedPolicy implements PolicyProcess {
  constructor(
    private readonly trainer: TrainerProcess,
    readonly url: string,
    public policyVersion: string,
  ) {}

  get alive(): boolean {
    return this.trainer.alive;
  }

  async command(command: PolicyCommand, onEvent: EventListener, signal?: AbortSignal): Promise<TrainerEvent> {
    if (!this.alive) throw new TrainerError('the policy process has ended', { retryable: true });
    const answer = await new Promise<TrainerEvent>((resolve, reject) => {
      const unlisten = this.trainer.listen((event) => {
        onEvent(event);
        if (!('id' in event) || event.id !== command.id) return;
        unlisten();
        if (event.event === 'error') reject(trainerError(event));
        else resolve(event);
      });
      void this.trainer.exited.then((code) => {
        reject(this.trainer.failure(code));
      });
      // A command cannot be taken back halfway: ending the process is the only stop, and the last checkpoint is whole.
      signal?.addEventListener('abort', () => void this.close(), { once: true });
      this.trainer.send(command);
    });
    this.policyVersion = command.policy_version;
    return answer;
  }

  async close(): Promise<void> {
    await this.trainer.stop(5_000);
  }
}
