import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { ConfigError, EngineError } from '../domain/errors.js';
import type { RunStatus } from '../domain/run-status.js';
import { pipelineWorkflowId } from '../domain/stage.js';
import { commandLine } from './command-line.js';
import { workersOf } from './queue-workers.js';
import type { Session } from './session.js';
import { noWorkerWords } from './status-text.js';

interface Requests {
  retryStage: { set: Record<string, unknown> };
  abort: { reason: string };
}

/** An idle pipeline worker answers at once; one that is being started bundles the workflows first. */
const answerWithinMs = 180_000;

/** Asks the run's workflow for a change. A refusal becomes ConfigError; nobody there to answer becomes EngineError. */
export async function updateRun<Name extends keyof Requests>(
  session: Session,
  runId: string,
  name: Name,
  request: Requests[Name],
  { workersAreComing }: { workersAreComing: boolean },
): Promise<RunStatus> {
  const handle = session.client.workflow.getHandle(pipelineWorkflowId(runId));
  const { taskQueue, status } = await handle.describe();
  if (status.name !== 'RUNNING') throw notHeld(`the run has ended (${status.name.toLowerCase()})`);
  if (!workersAreComing && (await workersOf(session, 'pipeline', taskQueue)) === 0) {
    throw new EngineError(noWorkerWords('pipeline'), {
      nextStep:
        name === 'retryStage'
          ? 'or add --dev, and this command brings all of them up'
          : `all of them: ${commandLine('dev')}`,
    });
  }
  try {
    return await session.connection.withDeadline(Date.now() + answerWithinMs, () =>
      handle.executeUpdate<RunStatus, [Requests[Name]]>(name, { args: [request] }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw refusal(error, runId);
    if (error instanceof WorkflowNotFoundError) throw notHeld('the run has ended');
    throw error;
  }
}

function refusal(error: WorkflowUpdateFailedError, runId: string): ConfigError {
  let inner: Error = error;
  while (inner.cause instanceof Error && !(inner instanceof ApplicationFailure && inner.type === 'ConfigError'))
    inner = inner.cause;
  const told: unknown = inner instanceof ApplicationFailure ? inner.details?.[0] : undefined;
  return new ConfigError(`refused: ${inner.message}`, {
    cause: error,
    nextStep: typeof told === 'string' ? told : `see how it stands: ${commandLine('status', runId)}`,
  });
}

function notHeld(reason: string): ConfigError {
  return new ConfigError(`refused: ${reason}, so it is not held`, {
    nextStep: 'start a new run: finished stages are reused',
  });
}
