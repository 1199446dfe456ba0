import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { GpuActivities } from '../activities/create-gpu-activities.js';
import type { PipelineActivities } from '../activities/create-pipeline-activities.js';
import type { SandboxActivities } from '../activities/create-sandbox-activities.js';
import { nonRetryableTypes, type EngineSettings } from '../domain/engine.js';

function retry({ retries }: EngineSettings): NonNullable<ActivityOptions['retry']> {
  return {
    initialInterval: retries.initialSeconds * 1000,
    maximumInterval: retries.maximumSeconds * 1000,
    backoffCoefficient: 2,
    maximumAttempts: retries.maximumAttempts,
    nonRetryableErrorTypes: [...nonRetryableTypes],
  };
}

/** A cancelled stage has ended when its work has: else the next run of its key would meet the old one at the same ledger. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

export function pipelineActivities(engine: EngineSettings) {
  return proxyActivities<PipelineActivities>({
    taskQueue: engine.queues.pipeline,
    startToCloseTimeout: engine.timeouts.light * 1000,
    retry: retry(engine),
  });
}

/** `summary` is what the Temporal UI shows beside the activity. */
export function sandboxActivities(engine: EngineSettings, summary: string) {
  return proxyActivities<SandboxActivities>({
    taskQueue: engine.queues.sandbox,
    startToCloseTimeout: engine.timeouts.batch * 1000,
    heartbeatTimeout: engine.timeouts.batchHeartbeat * 1000,
    cancellationType,
    retry: retry(engine),
    summary,
  });
}

export function gpuActivities(engine: EngineSettings, summary: string) {
  return proxyActivities<GpuActivities>(gpuOptions(engine, engine.queues.gpu, summary));
}

/** On the queue of one worker: when nobody takes it within the wait, that worker is gone and the caller opens the policy anew. */
export function hostActivities(engine: EngineSettings, hostQueue: string, summary: string) {
  return proxyActivities<GpuActivities>({
    ...gpuOptions(engine, hostQueue, summary),
    scheduleToStartTimeout: engine.timeouts.hostQueueWait * 1000,
  });
}

function gpuOptions(engine: EngineSettings, taskQueue: string, summary: string): ActivityOptions {
  return {
    taskQueue,
    startToCloseTimeout: engine.timeouts.gpu * 1000,
    heartbeatTimeout: engine.timeouts.gpuHeartbeat * 1000,
    cancellationType,
    retry: retry(engine),
    summary,
  };
}
