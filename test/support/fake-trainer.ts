import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyHost } from '../../activities/policy/policy-host.js';
import type { GpuDeps } from '../../activities/policy/gpu-deps.js';
import type { EventListener, PolicyProcess, Trainer } from '../../activities/ports/trainer.js';
import { FileLedgers } from '../../activities/adapters/store/file-ledger.js';
import { FileStore } from '../../activities/adapters/store/file-store.js';
import { WorkFolders } from '../../activities/adapters/store/work-folders.js';
import { TrainerError } from '../../domain/errors.js';
import type { PolicyCommand, PolicyJob, SftJob, TrainerEvent } from '../../domain/training/trainer-protocol.js';
import { scratchFolder } from '../infra/scratch-folder.js';

/** A policy that notes its commands, and writes a checkpoint for each update. */
export class FakePolicy implements PolicyProcess {
  readonly url = 'http://127.0.0.1:1';
  readonly commands: PolicyCommand[] = [];
  policyVersion: string;
  alive = true;
  /** How long an update takes. */
  updateMs = 0;

  constructor(readonly job: PolicyJob) {
    this.policyVersion = job.policy_version;
  }

  async command(command: PolicyCommand): Promise<TrainerEvent> {
    if (!this.alive) throw new TrainerError('the policy process has ended', { retryable: true });
    this.commands.push(command);
    this.policyVersion = command.policy_version;
    const { id, policy_version } = command;
    if (command.command === 'load') return { event: 'loaded', id, policy_version };
    await new Promise((resolve) => setTimeout(resolve, this.updateMs));
    mkdirSync(command.output_dir, { recursive: true });
    writeFileSync(join(command.output_dir, 'adapter_model.safetensors'), `weights of ${policy_version}`);
    writeFileSync(join(command.output_dir, 'adapter_config.json'), '{}');
    return { event: 'updated', id, path: command.output_dir, policy_version, metrics: { loss: 0.25 } };
  }

  async close(): Promise<void> {
    this.alive = false;
  }
}

/** A trainer that makes a checkpoint folder in no time. */
export class FakeTrainer implements Trainer {
  readonly policies: FakePolicy[] = [];
  readonly jobs: SftJob[] = [];
  /** What an SFT job tells before it is done. */
  events: TrainerEvent[] = [];

  async sft(job: SftJob, onEvent: EventListener): Promise<{ path: string; metrics: Record<string, unknown> }> {
    this.jobs.push(job);
    for (const event of this.events) onEvent(event);
    const path = join(job.output_dir, 'final');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'adapter_model.safetensors'), 'weights of sft');
    writeFileSync(join(path, 'adapter_config.json'), '{}');
    return { path, metrics: { final_loss: 0.5, device: 'cpu' } };
  }

  async policy(job: PolicyJob): Promise<PolicyProcess> {
    const policy = new FakePolicy(job);
    this.policies.push(policy);
    return policy;
  }
}

/** The deps of a gpu worker: real store, folders and ledgers, a trainer in memory. */
export function gpuDeps(): GpuDeps & { store: FileStore; trainer: FakeTrainer; folder: string } {
  const folder = scratchFolder();
  const store = new FileStore(join(folder, 'store'));
  const folders = new WorkFolders(join(folder, 'work'));
  const models = { resolve: (source: string) => Promise.resolve({ dir: `/models/${source}`, sha256: 'b'.repeat(64) }) };
  const trainer = new FakeTrainer();
  const policies = new PolicyHost(trainer, 'cpu', '127.0.0.1', { store, folders, models });
  const ledgers = new FileLedgers(join(folder, 'ledgers'));
  return { store, folders, models, ledgers, trainer, policies, device: 'cpu', hostQueue: 'gpu-host', folder };
}
