import type { BlobRef } from '../../domain/ids.js';
import type { ScoredAttempt } from '../../domain/bench/score.js';
import type { RunConfig } from '../../domain/run-config.js';

/** One attempt of a policy on a task, as a workflow plans it. Small: it stands in the history once an attempt. */
export interface PolicyAttemptPlan {
  /** Unique in the stage: `<task>.<where>.<index>`. */
  id: string;
  taskId: string;
  index: number;
  seed: number;
  temperature: number;
}

export interface PolicyAttemptInput {
  runId: string;
  key: string;
  config: RunConfig;
  /** JSONL of tasks in which `plan.taskId` is found. */
  tasks: BlobRef;
  plan: PolicyAttemptPlan;
  policy: { url: string; policyVersion: string };
}

/** As scored, and the tokens it took. */
export interface PolicyAttemptOutput extends ScoredAttempt {
  sampledTokens: number;
}
