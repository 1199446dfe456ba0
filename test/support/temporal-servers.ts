import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { FileStore } from '../../activities/adapters/store/file-store.js';
import { cacheDir } from '../../infra/setup/cache-dir.js';
import { locateParts } from '../../infra/setup/locate-parts.js';
import { startDevServer } from '../../infra/temporal/dev-server.js';
import { searchAttributeTypes } from '../../infra/temporal/search-attributes.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';

export const silent = pino({ level: 'silent' });

/** A Temporal server, and what workers and clients of it share. */
export interface TemporalSuite {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly workflowBundle: { codePath: string };
  /** A store of its own for each run: what one test made, another must not reuse. */
  newStore(): FileStore;
  close(): Promise<void>;
}

export interface TimeSkippingSuite extends TemporalSuite {
  readonly environment: TestWorkflowEnvironment;
}

/** The server that clawmill itself starts. */
export async function openDevServer(): Promise<TemporalSuite> {
  const { folder, ...common } = await prepare();
  const { temporalCli } = locateParts();
  const server = await startDevServer({ stateDir: folder, temporalCli, detached: false, headless: true });
  const connection = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection: await Connection.connect({ address: server.address }) });
  const close = async (): Promise<void> => {
    await client.connection.close();
    await connection.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...common, client, connection, close };
}

/** A server on which waiting takes no time while a client waits for a result. It knows no heartbeat timeouts and shows no memo. */
export async function openTimeSkippingServer(): Promise<TimeSkippingSuite> {
  const { folder, ...common } = await prepare();
  const executable = { type: 'existing-path', path: locateParts().temporalTestServer } as const;
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  const { connection, nativeConnection, client } = environment;
  // The protocol's numbers. This server cannot list what it has, so ensureSearchAttributes is of no use.
  const codes = { Keyword: 2, Double: 4, KeywordList: 7 } as const;
  const types = Object.entries(searchAttributeTypes).map(([name, type]) => [name, codes[type]]);
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(types),
  });
  const close = async (): Promise<void> => {
    await environment.teardown();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...common, environment, client, connection: nativeConnection, close };
}

/** Ends a workflow that a test leaves open, with its children, so that no worker is asked for it again. */
export async function terminate(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.terminate('the test is over').catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}

async function prepare() {
  quietRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'clawmill-suite-'));
  const newStore = () => new FileStore(join(folder, 'stores', randomUUID()));
  return { folder, newStore, workflowBundle: await workflowBundle(cacheDir(), silent) };
}

/** Retries and failures are what these tests provoke: the SDK need not tell of each. */
export function quietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
      shutdownSignals: [],
    });
  } catch {
    // Installed by an earlier suite of this process.
  }
}
