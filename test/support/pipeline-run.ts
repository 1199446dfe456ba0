import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { onTestFinished } from 'vitest';
import type { Store } from '../../activities/ports/store.js';
import type { EngineSettings } from '../../domain/engine.js';
import type { RunConfig } from '../../domain/run-config.js';
import { STATUS_MEMO, type RunStatus } from '../../domain/run-status.js';
import { applySettings } from '../../domain/settings.js';
import { pipelineWorkflowId, stageWorkflowId, type StageName } from '../../domain/stage.js';
import { activityInterceptor } from '../../workers/activity-context.js';
import type { pipeline } from '../../workflows/pipeline.js';
import { type AllActivities, type FakeActivities, fakeActivities } from './fake-activities.js';
import { silent, terminate, type TemporalSuite } from './temporal-suite.js';

/** Small enough to be over in a second, large enough that every stage has more than one batch. */
export const smallRun = {
  'synthesize.tasks': 5,
  'synthesize.batch': 2,
  'rl.iterations': 2,
  'rl.tasksPerIteration': 2,
  'rl.attemptsPerTask': 2,
  'bench.tasksPerSplit': 2,
  'policy.concurrency': 2,
} as const;

export function runConfig(set: Record<string, unknown> = {}): RunConfig {
  return applySettings({ name: 'test' }, { ...smallRun, ...set });
}

export interface TestRun extends FakeActivities {
  runId: string;
  engine: EngineSettings;
  config: RunConfig;
  store: Store;
  start(config?: RunConfig, runId?: string): Promise<WorkflowHandle<typeof pipeline>>;
  /** Runs one stage workflow alone. */
  startStage(stage: StageName, inputs: Record<string, unknown>, ...state: unknown[]): Promise<WorkflowHandle>;
  stageHandle(stage: StageName): WorkflowHandle;
}

export interface TestRunOptions {
  set?: Record<string, unknown>;
  /** Activities other than the fakes that just succeed. */
  instead?: (store: Store) => Partial<AllActivities>;
  engine?: Partial<EngineSettings>;
  /** False: no worker takes the queue that an opened policy names. */
  hostAlive?: boolean;
}

/** Three workers on queues of this test's own, with fakes for the long work; all stopped when the test ends. */
export async function testRun(suite: TemporalSuite, options: TestRunOptions = {}): Promise<TestRun> {
  const runId = `test-${randomUUID().slice(0, 8)}`;
  const queues = { pipeline: `${runId}-pipeline`, sandbox: `${runId}-sandbox`, gpu: `${runId}-gpu` };
  const hostQueue = `${runId}-gpu-host`;
  const store = suite.newStore();
  const fakes = fakeActivities(store, hostQueue, options.instead?.(store));
  const engine: EngineSettings = {
    queues,
    timeouts: { batch: 60, batchHeartbeat: 20, gpu: 60, gpuHeartbeat: 20, light: 20, hostQueueWait: 1 },
    retries: { initialSeconds: 0.05, maximumSeconds: 0.1, maximumAttempts: 3 },
    batchWindow: 2,
    ...options.engine,
  };
  const { workflowBundle } = suite;
  await poll(suite, [
    { taskQueue: queues.pipeline, workflowBundle, activities: fakes.pipeline },
    { taskQueue: queues.sandbox, activities: fakes.sandbox },
    { taskQueue: queues.gpu, activities: fakes.gpu, maxConcurrentActivityTaskExecutions: 1 },
    ...(options.hostAlive === false ? [] : [{ taskQueue: hostQueue, activities: fakes.gpu }]),
  ]);
  const config = runConfig(options.set);
  const { workflow } = suite.client;
  const endLater = (workflowId: string): void => onTestFinished(() => terminate(suite.client, workflowId));
  return {
    ...fakes,
    runId,
    engine,
    config,
    store,
    stageHandle: (stage) => workflow.getHandle(stageWorkflowId(runId, stage)),
    start: (given = config, id = runId) => {
      endLater(pipelineWorkflowId(id));
      const args: Parameters<typeof pipeline> = [{ runId: id, config: given, engine }];
      return workflow.start<typeof pipeline>('pipeline', { workflowId: pipelineWorkflowId(id), taskQueue: queues.pipeline, args });
    },
    startStage: (stage, inputs, ...state) => {
      endLater(stageWorkflowId(runId, stage));
      const args = [{ runId, key: `${stage}-key`, config, engine, inputs }, ...state];
      return workflow.start(stage, { workflowId: stageWorkflowId(runId, stage), taskQueue: queues.pipeline, args });
    },
  };
}

async function poll(suite: TemporalSuite, roles: readonly WorkerOptions[]): Promise<void> {
  const common = {
    connection: suite.connection,
    interceptors: { activity: [activityInterceptor(silent)] },
    maxHeartbeatThrottleInterval: 100,
    defaultHeartbeatThrottleInterval: 100,
    shutdownForceTime: 2000,
  };
  const workers = await Promise.all(roles.map((role) => Worker.create({ ...role, ...common })));
  const running = workers.map((worker) => worker.run().catch(() => undefined));
  onTestFinished(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  });
}

/** The run's status as its memo tells it. */
export async function statusOf(handle: WorkflowHandle): Promise<RunStatus> {
  const { memo } = await handle.describe();
  return memo?.[STATUS_MEMO] as RunStatus;
}

/** Waits until the run's memo says this state. */
export async function untilState(handle: WorkflowHandle, state: RunStatus['state']): Promise<RunStatus> {
  return until(
    () => statusOf(handle),
    (status) => (status as RunStatus | undefined)?.state === state,
  );
}

/** Asks again and again until the answer is as wanted; the test's own timeout ends it otherwise. */
export async function until<Value>(ask: () => Promise<Value> | Value, wanted: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (wanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
