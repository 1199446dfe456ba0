import { setTimeout as sleep } from 'node:timers/promises';

import { Connection } from '@temporalio/client';

import { EngineError } from '../../domain/errors.js';

const RETENTION_DAYS = 90;
const READY_WITHIN_MS = 60_000;

/**
 * Waits until the server answers for the namespace, then makes it keep histories for 90 days (24 hours is the default,
 * and audits come later). `alive` tells whether waiting makes sense; `why` gives the server's last words.
 */
export async function makeReady(
  address: string,
  namespace: string,
  alive: () => boolean,
  why: () => string,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (!alive()) throw notStarted('The Temporal server ended while starting', why());
    const problem = await tryRetention(address, namespace);
    if (problem === undefined) return;
    if (Date.now() > deadline) throw notStarted(`The Temporal server did not get ready in time (${problem})`, why());
    await sleep(100);
  }
}

async function tryRetention(address: string, namespace: string): Promise<string | undefined> {
  let connection: Connection | undefined;
  try {
    const connected = await Connection.connect({ address, connectTimeout: 2_000 });
    connection = connected;
    await connected.withDeadline(Date.now() + 5_000, () => setRetention(connected, namespace));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await connection?.close();
  }
}

async function setRetention(connection: Connection, namespace: string): Promise<void> {
  const described = await connection.workflowService.describeNamespace({ namespace });
  const seconds = RETENTION_DAYS * 86_400;
  if (Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) === seconds) return;
  // The protocol's 64-bit type is a Long; a plain number of this size encodes the same.
  const workflowExecutionRetentionTtl = { seconds: seconds as never };
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
}

function notStarted(message: string, lastWords: string): EngineError {
  return new EngineError(lastWords === '' ? message : `${message}: ${lastWords}`, {
    nextStep: 'Read temporal-server.log in the state folder, mend what it names, and start again.',
  });
}
