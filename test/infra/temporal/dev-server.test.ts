import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';

import { EngineError } from '../../../domain/errors.js';
import { searchAttributes } from '../../../domain/run-status.js';
import { locateParts } from '../../../infra/setup/locate-parts.js';
import { type DevServer, findDevServer, startDevServer, stopDevServer } from '../../../infra/temporal/dev-server.js';
import { freePort } from '../../../infra/temporal/free-port.js';
import { ensureSearchAttributes, searchAttributeTypes } from '../../../infra/temporal/search-attributes.js';
import { scratchFolder } from '../scratch-folder.js';

async function start(stateDir: string, headless = true): Promise<DevServer> {
  const server = await startDevServer({ stateDir, headless, detached: false, temporalCli: locateParts().temporalCli });
  onTestFinished(() => server.stop());
  return server;
}

async function connect({ address }: DevServer): Promise<Connection> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return connection;
}

test('a second start on the same state folder finds the server that runs; stopped, it is found no more', async () => {
  const stateDir = scratchFolder();
  const server = await start(stateDir, false);
  expect(server.started).toBe(true);
  const again = await start(stateDir, false);
  expect(again).toMatchObject({ started: false, pid: server.pid, address: server.address, uiUrl: server.uiUrl });
  expect(findDevServer(stateDir)?.pid).toBe(server.pid);
  await again.stop();
  expect(findDevServer(stateDir)).toBeUndefined();
  expect(await stopDevServer(stateDir)).toBe(false);
});

test('two starts at once give one server', async () => {
  const stateDir = scratchFolder();
  const [one, two] = await Promise.all([start(stateDir), start(stateDir)]);
  expect(one.pid).toBe(two.pid);
});

test('it serves its page, keeps histories for 90 days and knows the search attributes', async () => {
  const server = await start(scratchFolder(), false);
  expect((await fetch(server.uiUrl!)).status).toBe(200);
  const connection = await connect(server);
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributeTypes)));
});

test('workflows outlive the server, which comes back on the ports it had', async () => {
  const stateDir = scratchFolder();
  const first = await start(stateDir);
  const options = { workflowId: 'left-waiting', taskQueue: 'nobody-polls' };
  await new Client({ connection: await connect(first) }).workflow.start('anything', options);
  await first.stop();
  const second = await start(stateDir);
  expect(second.address).toBe(first.address);
  const { status } = await new Client({ connection: await connect(second) }).workflow
    .getHandle('left-waiting')
    .describe();
  expect(status.name).toBe('RUNNING');
});

test('a killed server is not found, and a record that names another process is not believed', async () => {
  const stateDir = scratchFolder();
  const server = await start(stateDir);
  process.kill(server.pid, 'SIGKILL');
  const next = await start(stateDir);
  expect(next.pid).not.toBe(server.pid);
  await next.stop();
  const record = join(stateDir, 'temporal-server.json');
  const stale = { ...(JSON.parse(readFileSync(record, 'utf8')) as object), pid: process.pid };
  writeFileSync(record, JSON.stringify(stale));
  expect(findDevServer(stateDir)).toBeUndefined();
});

test('a binary that lacks, or that ends at once, is an error that says what to do', async () => {
  const options = { stateDir: scratchFolder(), detached: false };
  await expect(startDevServer({ ...options, temporalCli: '/nowhere/temporal' })).rejects.toThrow(EngineError);
  const ended = startDevServer({ ...options, temporalCli: '/bin/false' });
  await expect(ended).rejects.toThrow('ended while starting');
});

test('search attributes that lack are added to a foreign server, by many at once; another type is refused', async () => {
  const server = await start(scratchFolder());
  const connection = await connect(server);
  const { run, progress } = searchAttributes;
  const remove = (name: string) =>
    connection.operatorService.removeSearchAttributes({ namespace: 'default', searchAttributes: [name] });
  await remove(run);
  await remove(progress);
  await Promise.all([ensureSearchAttributes(connection), ensureSearchAttributes(connection)]);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(customAttributes).toHaveProperty(run);
  await remove(progress);
  const keyword = customAttributes[run]!;
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: { [progress]: keyword },
  });
  await expect(ensureSearchAttributes(connection)).rejects.toThrow(`${progress} of namespace default is not of type`);
});

test('a preferred port is taken when it is free, and left when somebody listens there', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  onTestFinished(() => {
    other.close();
  });
  expect(await freePort(port)).not.toBe(port);
  const free = await freePort();
  expect(await freePort(port, free)).toBe(free);
});
