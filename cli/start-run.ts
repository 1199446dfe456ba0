import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { stringify } from 'yaml';
import { ConfigError } from '../domain/errors.js';
import type { RunConfig } from '../domain/run-config.js';
import { searchAttributes, STATUS_MEMO, type RunStatus } from '../domain/run-status.js';
import { pipelineWorkflowId, stageNames } from '../domain/stage.js';
import { ensureSearchAttributes } from '../infra/temporal/search-attributes.js';
import type { PipelineInput } from '../workflows/pipeline.js';
import { NAME_MEMO } from './read-run.js';
import type { Session } from './session.js';

/** Starts the pipeline. What `status` and the UI need is there from the first moment, before any worker has answered. */
export async function startRun(session: Session, runId: string, config: RunConfig): Promise<void> {
  const { client, config: machine, connection } = session;
  await ensureSearchAttributes(connection, machine.namespace);
  const input: PipelineInput = { runId, config, engine: machine.engine };
  try {
    await client.workflow.start('pipeline', {
      workflowId: pipelineWorkflowId(runId),
      taskQueue: machine.engine.queues.pipeline,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      memo: { [STATUS_MEMO]: firstStatus(runId), [NAME_MEMO]: config.name },
      typedSearchAttributes: attributesOf(runId, config),
      staticSummary: `${config.name}: ${config.synthesize.tasks} tasks, ${config.model.source} model, seed ${config.seed}`,
      staticDetails: details(config),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new ConfigError(`--run-id ${runId}: there is a run of that id already`, {
      cause: error,
      nextStep: 'choose another, or leave it out',
    });
  }
}

function firstStatus(runId: string): RunStatus {
  return { runId, state: 'running', stages: stageNames.map((stage) => ({ stage, state: 'waiting' })) };
}

function attributesOf(runId: string, { tags }: RunConfig): TypedSearchAttributes {
  const { KEYWORD, DOUBLE, KEYWORD_LIST } = SearchAttributeType;
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey(searchAttributes.run, KEYWORD), value: runId },
    { key: defineSearchAttributeKey(searchAttributes.state, KEYWORD), value: 'running' },
    { key: defineSearchAttributeKey(searchAttributes.progress, DOUBLE), value: 0 },
    { key: defineSearchAttributeKey(searchAttributes.tags, KEYWORD_LIST), value: tags },
  ]);
}

/** Markdown for the UI: how to reach the run from a shell, and the whole config. */
function details(config: RunConfig): string {
  return `Run config **${config.name}**, every default written out:\n\n\`\`\`yaml\n${stringify(config)}\`\`\``;
}
