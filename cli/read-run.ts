import { WorkflowFailedError, WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { STATUS_MEMO, type RunStatus, type StageProgress } from '../domain/run-status.js';
import { pipelineWorkflowId, stageWorkflowId, type StageName } from '../domain/stage.js';
import { pendingActivities } from './pending-activities.js';
import { queuesWithoutWorker } from './queue-workers.js';
import { assembleFacts, presentStage, type RunFacts, type RunSources } from './run-facts.js';
import type { Session } from './session.js';
import { runPage } from './ui-address.js';

/** Memo field with the config's name, beside the status. */
export const NAME_MEMO = 'clawmillName';

/** Reads a run from descriptions and memos: works with no worker there. */
export async function readRun(session: Session, runId: string): Promise<RunFacts> {
  const run = await session.client.workflow.getHandle(pipelineWorkflowId(runId)).describe();
  const memo = run.memo?.[STATUS_MEMO] as RunStatus | undefined;
  const open = run.status.name === 'RUNNING';
  const stage = open && memo ? presentStage(memo.stages) : undefined;
  const child = stage?.state === 'running' ? await readChild(session, runId, stage.stage) : undefined;
  const failure = run.status.name === 'FAILED' ? await failureOf(session, runId) : undefined;
  const name = run.memo?.[NAME_MEMO];
  return assembleFacts({
    ...{ runId, memo, execution: run.status.name, startedAt: run.startTime },
    name: typeof name === 'string' ? name : runId,
    ...(run.closeTime ? { closedAt: run.closeTime } : {}),
    ...(child ? { child } : {}),
    activities: open ? pendingActivities(run) : [],
    queuesWithoutWorker: open ? await queuesWithoutWorker(session, queuesOf(run, session)) : [],
    ...(failure === undefined ? {} : { failure }),
    ...(session.uiUrl === undefined ? {} : { ui: runPage(session.uiUrl, session.config.namespace, runId) }),
  });
}

/** The run was started with the queues of its own prefix, which need not be this shell's. */
function queuesOf(run: WorkflowExecutionDescription, { config }: Session): Session['config']['engine']['queues'] {
  if (!run.taskQueue.endsWith('pipeline')) return config.engine.queues;
  const prefix = run.taskQueue.slice(0, -'pipeline'.length);
  return { pipeline: run.taskQueue, sandbox: `${prefix}sandbox`, gpu: `${prefix}gpu` };
}

async function readChild({ client }: Session, runId: string, stage: StageName): Promise<RunSources['child']> {
  try {
    const child = await client.workflow.getHandle(stageWorkflowId(runId, stage)).describe();
    if (child.status.name !== 'RUNNING') return undefined;
    const progress = child.memo?.[STATUS_MEMO] as StageProgress | undefined;
    return { progress, startedAt: child.executionTime ?? child.startTime, activities: pendingActivities(child) };
  } catch (error) {
    // Planned but not yet started.
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function failureOf({ client }: Session, runId: string): Promise<string> {
  try {
    await client.workflow.getHandle(pipelineWorkflowId(runId)).result();
    return '';
  } catch (error) {
    let inner = error as Error;
    while (inner.cause instanceof Error) inner = inner.cause;
    if (!(error instanceof WorkflowFailedError)) throw error;
    return inner.message;
  }
}
