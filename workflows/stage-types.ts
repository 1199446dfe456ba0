import type { EngineSettings } from '../domain/engine.js';
import type { BlobRef } from '../domain/ids.js';
import type { RunConfig } from '../domain/run-config.js';

/** Input of every stage workflow. */
export interface StageWorkflowInput<Inputs extends Record<string, BlobRef> = Record<string, BlobRef>> {
  runId: string;
  key: string;
  config: RunConfig;
  engine: EngineSettings;
  inputs: Inputs;
}
