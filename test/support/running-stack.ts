import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { execa } from 'execa';
import { FileStore } from '../../activities/adapters/store/file-store.js';
import { pipelineWorkflowId } from '../../domain/stage.js';
import { STATUS_MEMO, type RunStatus } from '../../domain/run-status.js';
import { parseRunConfig } from '../../domain/settings.js';
import { locateParts } from '../../infra/setup/locate-parts.js';
import { inRepository } from '../../infra/setup/repository.js';
import { startDevServer, type DevServer } from '../../infra/temporal/dev-server.js';
import { temporalConfig } from '../../temporal.config.js';
import type { pipeline } from '../../workflows/pipeline.js';
import { WorkerProcess, type WorkerName } from './worker-process.js';

/** Short heartbeats, so that a killed worker is noticed in seconds. */
const impatience = {
  CLAWMILL_DEVICE: 'cpu',
  CLAWMILL_BATCH_HEARTBEAT_SECONDS: '6',
  CLAWMILL_GPU_HEARTBEAT_SECONDS: '10',
  CLAWMILL_HOST_QUEUE_WAIT_SECONDS: '6',
  CLAWMILL_SHUTDOWN_SECONDS: '10',
  CLAWMILL_LOG_LEVEL: 'debug',
};

export interface RunningStack {
  client: Client;
  server: DevServer;
  stateDir: string;
  store: FileStore;
  environment: NodeJS.ProcessEnv;
  workers: Record<WorkerName, WorkerProcess>;
  /** Starts a run and resolves with its handle. */
  start(runId: string, config: Record<string, unknown>): Promise<WorkflowHandle<typeof pipeline>>;
  stop(): Promise<void>;
}

/** The real thing in a folder of its own: embedded Temporal server, the three worker processes, a client. */
export async function startStack(): Promise<RunningStack> {
  const stateDir = mkdtempSync(join(tmpdir(), 'clawmill-stack-'));
  const logDir = join(stateDir, 'logs');
  mkdirSync(logDir, { recursive: true });
  const server = await startDevServer({ stateDir, temporalCli: locateParts().temporalCli, detached: false });
  // Queues of its own: a stray worker of another checkout that meets this server's port takes none of its work.
  const prefix = `${basename(stateDir)}-`;
  const environment = {
    ...impatience,
    CLAWMILL_STATE: stateDir,
    CLAWMILL_QUEUE_PREFIX: prefix,
    TEMPORAL_ADDRESS: server.address,
  };
  const worker = (name: WorkerName): WorkerProcess => new WorkerProcess(name, environment, logDir);
  const workers = { pipeline: worker('pipeline'), sandbox: worker('sandbox'), gpu: worker('gpu') };
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  const { engine, paths } = temporalConfig({ ...process.env, ...environment });
  return {
    client,
    server,
    stateDir,
    store: new FileStore(paths.store),
    environment,
    workers,
    start: (runId, config) =>
      client.workflow.start<typeof pipeline>('pipeline', {
        workflowId: pipelineWorkflowId(runId),
        taskQueue: engine.queues.pipeline,
        args: [{ runId, config: parseRunConfig(config, 'test'), engine }],
      }),
    async stop() {
      await Promise.all(Object.values(workers).map((each) => each.stop()));
      await connection.close();
      await server.stop();
      if (process.env.CLAWMILL_KEEP_TEST_STATE === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** A model made from scratch, small enough to train in seconds; made once a test process. */
export async function scratchModel(dir: string): Promise<string> {
  const folder = join(dir, 'scratch-model');
  await execa(locateParts().python, ['-m', 'trainer.scratch_model', folder, '--seed', '1'], { cwd: inRepository('.') });
  return folder;
}

export async function runStatus(handle: WorkflowHandle): Promise<RunStatus | undefined> {
  const { memo } = await handle.describe();
  return memo?.[STATUS_MEMO] as RunStatus | undefined;
}

/** Polls until `done` gives a value; fails with `what` when that takes too long, or when the run ends first. */
export async function waitFor<Value>(
  what: string,
  done: () => Promise<Value | undefined>,
  seconds = 120,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const value = await done();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${seconds} s in vain for ${what}`);
}
