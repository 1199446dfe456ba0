import type { RunStatus, StageProgress, StageStatus } from '../domain/run-status.js';
import { stageNames } from '../domain/stage.js';

/** An activity that has not ended: running, waiting for its retry, or waiting for a worker. */
export interface ActivityFacts {
  type: string;
  attempt: number;
  maximumAttempts: number;
  running: boolean;
  heartbeat?: { done: number; of: number; note?: string };
  lastFailure?: string;
}

export interface StageFacts extends StageStatus {
  progress?: StageProgress;
  startedAt?: Date;
  activities: ActivityFacts[];
}

export type RunState = RunStatus['state'] | 'failed' | 'cancelled' | 'terminated';

/** All that is known of a run from Temporal alone: no worker has to answer. */
export interface RunFacts {
  runId: string;
  name: string;
  state: RunState;
  startedAt: Date;
  closedAt?: Date;
  stages: StageFacts[];
  held?: NonNullable<RunStatus['held']>;
  /** Queues that the present stage needs and that nobody polls: by role. */
  queuesWithoutWorker: QueueRole[];
  /** Why it failed, where it did. */
  failure?: string;
  ui?: string;
}

export const queueRoles = ['pipeline', 'sandbox', 'gpu'] as const;
export type QueueRole = (typeof queueRoles)[number];

/** What Temporal says of a run, before it is put together. */
export interface RunSources {
  runId: string;
  name: string;
  execution: string;
  memo: RunStatus | undefined;
  startedAt: Date;
  closedAt?: Date;
  /** The child workflow of the present stage, and the run's own activities. */
  child?: { progress: StageProgress | undefined; startedAt: Date; activities: ActivityFacts[] };
  activities: ActivityFacts[];
  queuesWithoutWorker: readonly QueueRole[];
  failure?: string;
  ui?: string;
}

/** Which queue an activity runs on, where that is a worker that may be too busy to poll. */
const activityRoles: Readonly<Record<string, QueueRole>> = {
  executeBatch: 'sandbox',
  verifyBatch: 'sandbox',
  attemptTask: 'sandbox',
  baseCheckpoint: 'gpu',
  trainSft: 'gpu',
  openPolicy: 'gpu',
  updatePolicy: 'gpu',
};

/** A worker whose slots are all taken does not poll, which is no reason to miss it. */
function isBusy(role: QueueRole, { child, activities }: RunSources): boolean {
  return [...activities, ...(child?.activities ?? [])].some(
    ({ type, running }) => running && activityRoles[type] === role,
  );
}

export function assembleFacts(sources: RunSources): RunFacts {
  const { runId, name, memo, startedAt, closedAt, failure, ui } = sources;
  const state = runState(sources.execution, memo?.state);
  const known = memo?.stages ?? stageNames.map((stage): StageStatus => ({ stage, state: 'waiting' }));
  const present = presentStage(known);
  const stages = known.map((status): StageFacts => {
    if (status !== present || state !== 'running') return { ...status, activities: [] };
    const { progress, startedAt: since, activities = [] } = sources.child ?? {};
    return {
      ...status,
      activities: [...activities, ...sources.activities],
      ...(progress ? { progress } : {}),
      ...(since ? { startedAt: since } : {}),
    };
  });
  return {
    ...{ runId, name, state, startedAt, stages },
    ...(closedAt ? { closedAt } : {}),
    ...(memo?.held && state === 'held' ? { held: memo.held } : {}),
    queuesWithoutWorker:
      state === 'running'
        ? sources.queuesWithoutWorker.filter((role) => queuesOf(present).includes(role) && !isBusy(role, sources))
        : [],
    ...(failure === undefined ? {} : { failure }),
    ...(ui === undefined ? {} : { ui }),
  };
}

/** The stage that runs, is held, or comes next. */
export function presentStage<Status extends StageStatus>(stages: readonly Status[]): Status | undefined {
  return (
    stages.find(({ state }) => state === 'running' || state === 'held') ??
    stages.find(({ state }) => state === 'waiting')
  );
}

/** `told` is what the workflow last said of itself, in its memo or search attribute. */
export function runState(execution: string, told: string | undefined): RunState {
  switch (execution) {
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
      return told === 'held' ? 'held' : 'running';
    case 'COMPLETED':
      return 'done';
    case 'CANCELLED':
      return 'cancelled';
    case 'TERMINATED':
      return 'terminated';
    default:
      return told === 'aborted' ? 'aborted' : 'failed';
  }
}

function queuesOf(present: StageStatus | undefined): readonly QueueRole[] {
  switch (present?.stage) {
    case 'execute':
    case 'verify':
      return ['pipeline', 'sandbox'];
    case 'sft':
      return ['pipeline', 'gpu'];
    case 'rl':
    case 'bench':
      return ['pipeline', 'sandbox', 'gpu'];
    default:
      return ['pipeline'];
  }
}
