import { randomUUID } from 'node:crypto';
import { TrainerError } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { PolicyCommand, PolicyJob, TrainerEvent } from '../../domain/training/trainer-protocol.js';
import type { EventListener, PolicyProcess, Trainer } from '../ports/trainer.js';
import { localCheckpoint, type CheckpointDeps, type LocalCheckpoint } from './checkpoint-files.js';

type PolicySettings = Pick<PolicyJob, 'slots' | 'context_tokens' | 'precision' | 'seed'>;

/**
 * The one policy process of a gpu worker, alive between activities: it serves generation, and is updated in place. Asked for a
 * checkpoint that it already serves it does nothing; for another of the same model it loads; else it is started anew.
 */
export class PolicyHost {
  private process: PolicyProcess | undefined;
  private startedWith = '';

  constructor(
    private readonly trainer: Trainer,
    private readonly device: 'cpu' | 'cuda',
    private readonly host: string,
    private readonly deps: CheckpointDeps,
  ) {}

  /** Serves the checkpoint and resolves with where. */
  async open(ref: BlobRef, config: RunConfig, onEvent: EventListener): Promise<{ url: string; policyVersion: string }> {
    const checkpoint = await localCheckpoint(ref, this.deps);
    const settings: PolicySettings = {
      slots: config.policy.slots,
      context_tokens: config.policy.contextTokens,
      precision: config.model.precision,
      seed: config.seed,
    };
    const signature = JSON.stringify([checkpoint.model, settings]);
    if (!this.process?.alive || this.startedWith !== signature)
      await this.start(checkpoint, settings, signature, onEvent);
    const served = this.served();
    if (served.policyVersion !== checkpoint.policyVersion) {
      await served.command(this.load(checkpoint), onEvent);
    }
    return { url: served.url, policyVersion: checkpoint.policyVersion };
  }

  async update(
    command: Omit<Extract<PolicyCommand, { command: 'update' }>, 'command' | 'id'>,
    onEvent: EventListener,
    signal: AbortSignal,
  ): Promise<Extract<TrainerEvent, { event: 'updated' }>> {
    const answer = await this.served().command({ command: 'update', id: randomUUID(), ...command }, onEvent, signal);
    if (answer.event !== 'updated') throw new TrainerError(`the trainer answered an update with "${answer.event}"`);
    return answer;
  }

  async close(): Promise<void> {
    await this.process?.close();
    this.process = undefined;
  }

  private served(): PolicyProcess {
    if (!this.process?.alive) throw new TrainerError('no policy is being served by this worker', { retryable: true });
    return this.process;
  }

  private async start(
    checkpoint: LocalCheckpoint,
    settings: PolicySettings,
    signature: string,
    onEvent: EventListener,
  ): Promise<void> {
    await this.close();
    const job: PolicyJob = {
      job: 'policy',
      model: checkpoint.model,
      adapter: null,
      device: this.device,
      host: this.host,
      port: 0,
      ...settings,
      policy_version: '',
    };
    this.process = await this.trainer.policy(job, onEvent);
    this.startedWith = signature;
  }

  private load(checkpoint: LocalCheckpoint): PolicyCommand {
    return {
      command: 'load',
      id: randomUUID(),
      adapter: checkpoint.adapter,
      trainer_state: checkpoint.trainerState,
      policy_version: checkpoint.policyVersion,
    };
  }
}
