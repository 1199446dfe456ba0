import type { LedgerFactory } from '../ports/ledger.js';
import type { Trainer } from '../ports/trainer.js';
import type { CheckpointDeps } from './checkpoint-files.js';
import type { PolicyHost } from './policy-host.js';

/** What activities of the gpu queue work with. */
export interface GpuDeps extends CheckpointDeps {
  ledgers: LedgerFactory;
  trainer: Trainer;
  device: 'cpu' | 'cuda';
  policies: PolicyHost;
  /** The queue that only this worker process polls: for what must meet the very process that holds the weights. */
  hostQueue: string;
}
