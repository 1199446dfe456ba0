import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Store } from '../../activities/ports/store.js';
import type { EngineSettings } from '../../domain/engine.js';
import type { RunConfig } from '../../domain/run-config.js';
import { applySettings } from '../../domain/settings.js';
import { pipelineWorkflowId, stageWorkflowId, type StageName } from '../../domain/stage.js';
import { activityInterceptor } from '../../workers/activity-context.js';
import type { pipeline } from '../../workflows/pipeline.js';
import { type AllActivities, type FakeActivities, fakeActivities } from './fake-activities.js';
import { silent, terminate, type TemporalSuite } from './temporal-servers.js';

/** Small enough to be over in a second, large enough that every stage has more than one batch. */
const smallRun = {
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

export interface RunOptions {
  runId?: string;
  set?: Record<string, unknown>;
  /** Activities other than the fakes that just succeed. */
  instead?: (store: Store) => Partial<AllActivities>;
  engine?: Partial<EngineSettings>;
  /** False: no worker takes the queue that an opened policy names. */
  hostAlive?: boolean;
}

export interface OpenRun extends FakeActivities {
  runId: string;
  engine: EngineSettings;
  config: RunConfig;
  store: Store;
  start(config?: RunConfig, runId?: string): Promise<WorkflowHandle<typeof pipeline>>;
  /** Runs one stage workflow alone; `state` is what continue-as-new would hand over. */
  startStage(stage: StageName, inputs: Record<string, unknown>, ...state: unknown[]): Promise<WorkflowHandle>;
  stageHandle(stage: StageName): WorkflowHandle;
  /** Ends what was started and stops the workers. */
  close(): Promise<void>;
}

/** Workers on queues of this run's own, with fakes for the long work. */
export async function openRun(suite: TemporalSuite, options: RunOptions = {}): Promise<OpenRun> {
  const runId = options.runId ?? `test-${randomUUID().slice(0, 8)}`;
  const engine = engineOf(runId, options.engine);
  const { pipeline: taskQueue, sandbox, gpu } = engine.queues;
  const store = suite.newStore();
  const hostQueue = `${gpu}-host`;
  const fakes = fakeActivities(store, hostQueue, options.instead?.(store));
  const { workflowBundle, client } = suite;
  const stop = await poll(suite, [
    { taskQueue, workflowBundle, activities: fakes.pipeline },
    { taskQueue: sandbox, activities: fakes.sandbox },
    { taskQueue: gpu, activities: fakes.gpu, maxConcurrentActivityTaskExecutions: 1 },
    ...(options.hostAlive === false ? [] : [{ taskQueue: hostQueue, activities: fakes.gpu }]),
  ]);
  const config = runConfig(options.set);
  const started: string[] = [];
  const start = (type: string, workflowId: string, args: unknown[]): Promise<WorkflowHandle> => {
    started.push(workflowId);
    return client.workflow.start(type, { workflowId, taskQueue, args });
  };
  return {
    ...fakes,
    ...{ runId, engine, config, store },
    stageHandle: (stage) => client.workflow.getHandle(stageWorkflowId(runId, stage)),
    start: async (given = config, id = runId) =>
      (await start('pipeline', pipelineWorkflowId(id), [{ runId: id, config: given, engine }])) as WorkflowHandle<
        typeof pipeline
      >,
    startStage: (stage, inputs, ...state) =>
      start(stage, stageWorkflowId(runId, stage), [{ runId, key: `${stage}-key`, config, engine, inputs }, ...state]),
    close: async () => {
      for (const workflowId of started) await terminate(client, workflowId);
      await stop();
    },
  };
}

function engineOf(runId: string, other: Partial<EngineSettings> = {}): EngineSettings {
  return {
    queues: { pipeline: `${runId}-pipeline`, sandbox: `${runId}-sandbox`, gpu: `${runId}-gpu` },
    timeouts: { batch: 60, batchHeartbeat: 20, gpu: 60, gpuHeartbeat: 20, light: 20, hostQueueWait: 1 },
    retries: { initialSeconds: 0.05, maximumSeconds: 0.1, maximumAttempts: 3 },
    batchWindow: 2,
    ...other,
  };
}

async function poll({ connection }: TemporalSuite, roles: readonly WorkerOptions[]): Promise<() => Promise<void>> {
  const common = {
    connection,
    interceptors: { activity: [activityInterceptor(silent)] },
    maxHeartbeatThrottleInterval: 100,
    defaultHeartbeatThrottleInterval: 100,
    shutdownForceTime: 2000,
  };
  const workers = await Promise.all(roles.map((role) => Worker.create({ ...role, ...common })));
  const running = workers.map((worker) => worker.run().catch(() => undefined));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  };
}
