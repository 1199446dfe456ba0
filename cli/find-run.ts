import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { WorkflowNotFoundError, type WorkflowExecutionInfo } from '@temporalio/client';
import { ConfigError } from '../domain/errors.js';
import { searchAttributes } from '../domain/run-status.js';
import { pipelineWorkflowId } from '../domain/stage.js';
import { commandLine } from './command-line.js';
import { runState, type RunState } from './run-facts.js';
import type { Session } from './session.js';

const workflowIdPrefix = pipelineWorkflowId('');
const stateKey = defineSearchAttributeKey(searchAttributes.state, SearchAttributeType.KEYWORD);
const stageKey = defineSearchAttributeKey(searchAttributes.stage, SearchAttributeType.KEYWORD);
const tagsKey = defineSearchAttributeKey(searchAttributes.tags, SearchAttributeType.KEYWORD_LIST);

/** A run as visibility lists it. */
export interface ListedRun {
  runId: string;
  state: RunState;
  /** Where it is, or was when it ended. */
  stage: string;
  startedAt: Date;
  closedAt?: Date;
  tags: string[];
}

/** RUN as the user gives it: a run id, a unique beginning of one, or `latest`. Throws ConfigError where none or several fit. */
export async function findRun(session: Session, given: string): Promise<string> {
  if (given === 'latest') {
    const newest = (await listRuns(session))[0];
    if (newest) return newest.runId;
    throw noRun(`there is no run in namespace ${session.config.namespace}`);
  }
  if (!/^[\w.-]+$/.test(given)) throw noRun(`"${given}" is no run id`);
  if (await exists(session, given)) return given;
  const found = await listRuns(session, ` AND ${searchAttributes.run} STARTS_WITH "${given}"`);
  if (found.length > 1) {
    const some = found.slice(0, 5).map(({ runId }) => runId);
    throw noRun(`"${given}" fits ${found.length} runs: ${some.join(', ')}`);
  }
  if (found[0]) return found[0].runId;
  throw noRun(`there is no run "${given}" in namespace ${session.config.namespace}`);
}

/** Newest first. Sorted here: visibility on SQLite refuses ORDER BY. */
export async function listRuns({ client }: Session, condition = ''): Promise<ListedRun[]> {
  const runs: ListedRun[] = [];
  for await (const info of client.workflow.list({ query: `WorkflowType="pipeline"${condition}` })) {
    if (info.workflowId.startsWith(workflowIdPrefix)) runs.push(listedRun(info));
  }
  return runs.sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}

function listedRun(info: WorkflowExecutionInfo): ListedRun {
  const attributes = info.typedSearchAttributes;
  return {
    runId: info.workflowId.slice(workflowIdPrefix.length),
    state: runState(info.status.name, attributes.get(stateKey)),
    stage: attributes.get(stageKey) ?? '',
    startedAt: info.startTime,
    ...(info.closeTime ? { closedAt: info.closeTime } : {}),
    tags: attributes.get(tagsKey) ?? [],
  };
}

async function exists({ client }: Session, runId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(pipelineWorkflowId(runId)).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function noRun(message: string): ConfigError {
  return new ConfigError(message, { nextStep: `see the runs: ${commandLine('list')}` });
}
