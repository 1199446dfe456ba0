import type { Attempt } from '../../domain/attempt/attempt.js';
import type { BenchScores, SplitScore } from '../../domain/bench/score.js';
import type { Dataset, Reject } from '../../domain/filter/dataset.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { RunStatus } from '../../domain/run-status.js';
import type { Task } from '../../domain/task/task.js';
import type { CurvePoint } from '../../domain/training/checkpoint.js';
import type { Verdict } from '../../domain/verify/verdict.js';

export type BenchStage = BenchScores['checkpoints'][number]['stage'];

/** An attempt of the bench to look at. */
export interface Sample {
  stage: BenchStage;
  split: SplitScore['split'];
  passed: boolean;
  task: Task;
  attempt: Attempt;
  verdict: Verdict;
}

/** All that a report tells. What the run has not reached is absent. */
export interface ReportInput {
  config: RunConfig;
  status: RunStatus;
  dataset?: Dataset;
  rejects: readonly Reject[];
  sftCurve: readonly CurvePoint[];
  rlCurve: readonly CurvePoint[];
  bench?: BenchScores;
  samples: readonly Sample[];
  /** The run's page in the Temporal UI. */
  ui?: string;
}
