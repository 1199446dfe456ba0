import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { FileStore } from '../../activities/adapters/store/file-store.js';
import { cacheDir } from '../../infra/setup/cache-dir.js';
import { locateParts } from '../../infra/setup/locate-parts.js';
import { type DevServer, startDevServer } from '../../infra/temporal/dev-server.js';
import { searchAttributeTypes } from '../../infra/temporal/search-attributes.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';

export const silent = pino({ level: 'silent' });

/** What workers and clients of one test file share. */
export interface TemporalSuite {
  readonly address: string;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly workflowBundle: { codePath: string };
  /** A store of its own for each run: what one test made, another must not reuse. */
  newStore(): FileStore;
}

/** A real Temporal server for the tests of one file, started before the first and stopped after the last. */
export function devServerSuite(): TemporalSuite {
  const suite = {} as { -readonly [Field in keyof TemporalSuite]: TemporalSuite[Field] };
  const stateDir = mkdtempSync(join(tmpdir(), 'clawmill-suite-'));
  let server: DevServer | undefined;
  beforeAll(async () => {
    quietRuntime();
    suite.workflowBundle = await workflowBundle(cacheDir(), silent);
    suite.newStore = () => new FileStore(join(stateDir, 'stores', randomUUID()));
    const { temporalCli } = locateParts();
    server = await startDevServer({ stateDir, temporalCli, detached: false, headless: true });
    suite.address = server.address;
    suite.connection = await NativeConnection.connect({ address: server.address });
    suite.client = new Client({ connection: await Connection.connect({ address: server.address }) });
  });
  afterAll(async () => {
    await suite.client.connection.close();
    await suite.connection.close();
    await server?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return suite;
}

/** A server on which waiting takes no time while a client waits for a result. It has no heartbeat timeouts worth testing. */
export function timeSkippingSuite(): TemporalSuite & { environment: TestWorkflowEnvironment } {
  const suite = {} as { -readonly [Field in keyof TemporalSuite]: TemporalSuite[Field] } & { environment: TestWorkflowEnvironment };
  const stateDir = mkdtempSync(join(tmpdir(), 'clawmill-suite-'));
  beforeAll(async () => {
    quietRuntime();
    suite.workflowBundle = await workflowBundle(cacheDir(), silent);
    suite.newStore = () => new FileStore(join(stateDir, 'stores', randomUUID()));
    const executable = { type: 'existing-path', path: locateParts().temporalTestServer } as const;
    suite.environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
    const { connection, nativeConnection, client, address } = suite.environment;
    // It cannot list them, so it is not asked which it has.
    const codes = { Keyword: 2, Double: 4, KeywordList: 7 } as const;
    const searchAttributes = Object.fromEntries(Object.entries(searchAttributeTypes).map(([name, type]) => [name, codes[type]]));
    await connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
    Object.assign(suite, { address, client, connection: nativeConnection });
  });
  afterAll(async () => {
    await suite.environment.teardown();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return suite;
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

/** Ends a workflow that a test leaves open, with its children, so that no worker is asked for it again. */
export async function terminate(client: Client, workflowId: string): Promise<void> {
  await client.workflow
    .getHandle(workflowId)
    .terminate('the test is over')
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}
