import type { BlobRef } from './ids.js';
import type { Summary } from './manifest.js';
import type { StageName } from './stage.js';

/** What a run's memo holds: enough for `status`, the UI and the report without any worker answering. */
export interface RunStatus {
  runId: string;
  state: 'running' | 'held' | 'done' | 'aborted';
  stages: StageStatus[];
  held?: { stage: StageName; errorType: string; message: string; nextStep?: string };
}

export interface StageStatus {
  stage: StageName;
  state: 'waiting' | 'running' | 'held' | 'done' | 'reused';
  key?: string;
  output?: BlobRef;
  summary?: Summary;
  /** Wall time of the work itself; for a reused stage, of the run that did it. */
  seconds?: number;
}

/** A stage workflow's memo. */
export interface StageProgress {
  done: number;
  of: number;
  unit: string;
  note: string;
}

/** Name of the memo field that holds RunStatus or StageProgress. */
export const STATUS_MEMO = 'clawmill';

/** Search attributes, as registered on the namespace. */
export const searchAttributes = {
  run: 'ClawmillRun',
  stage: 'ClawmillStage',
  state: 'ClawmillState',
  progress: 'ClawmillProgress',
  tags: 'ClawmillTags',
} as const;
