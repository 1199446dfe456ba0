import type { BlobRef } from '../domain/ids.js';
import type { Summary } from '../domain/manifest.js';
import type { RunConfig } from '../domain/run-config.js';
import type { StageName } from '../domain/stage.js';

/** What a batch activity gets: one chunk of each input, and the name under which its ledger is kept. */
export interface BatchInput<Inputs extends Record<string, BlobRef>> {
  runId: string;
  /** The stage's key: ledgers and work folders are named by it, so a resumed stage finds its own. */
  key: string;
  index: number;
  config: RunConfig;
  inputs: Inputs;
}

export interface BatchOutput {
  chunk: BlobRef;
  count: number;
}

/** What a whole-stage activity gets. */
export interface StageInput {
  runId: string;
  key: string;
  config: RunConfig;
  inputs: Record<string, BlobRef>;
}

export interface StageOutput {
  output: BlobRef;
  summary: Summary;
}

export interface StagePlan {
  stage: StageName;
  key: string;
  /** The finished stage of the same key, if there is one. */
  reuse?: StageOutput & { seconds: number };
}
