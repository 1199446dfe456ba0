import { setTimeout as sleep } from 'node:timers/promises';

import { type Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';

import { EngineError } from '../../domain/errors.js';
import { searchAttributes } from '../../domain/run-status.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;
type IndexedValueType = proto.temporal.api.enums.v1.IndexedValueType;

/** The command line's names of the types, with the protocol's. */
const protocolTypes = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Double: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
} as const;

/** What the namespace must index, by name. */
export const searchAttributeTypes: Readonly<Record<string, keyof typeof protocolTypes>> = {
  [searchAttributes.run]: 'Keyword',
  [searchAttributes.stage]: 'Keyword',
  [searchAttributes.state]: 'Keyword',
  [searchAttributes.progress]: 'Double',
  [searchAttributes.tags]: 'KeywordList',
};

/** gRPC status code. */
const ALREADY_EXISTS = 6;

/**
 * Registers what lacks on a server that clawmill did not start, and waits until it can be used. Somebody else adding
 * the same at the same time is fine. Rejects with EngineError where a name is taken by another type.
 */
export async function ensureSearchAttributes(connection: Connection, namespace = 'default'): Promise<void> {
  const present = await customAttributes(connection, namespace);
  const missing = Object.entries(searchAttributeTypes).filter(([name, type]) => {
    const found = present[name];
    if (found !== undefined && found !== protocolTypes[type]) {
      throw new EngineError(`The search attribute ${name} of namespace ${namespace} is not of type ${type}`, {
        nextStep: `Remove it (temporal operator search-attribute remove --name ${name}) or use another namespace.`,
      });
    }
    return found === undefined;
  });
  for (const [name, type] of missing) await addAttribute(connection, namespace, name, protocolTypes[type]);
  await visible(
    connection,
    namespace,
    missing.map(([name]) => name),
  );
}

async function customAttributes(connection: Connection, namespace: string): Promise<Record<string, IndexedValueType>> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace });
  return listed.customAttributes;
}

async function addAttribute(
  connection: Connection,
  namespace: string,
  name: string,
  type: IndexedValueType,
): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: type } });
  } catch (error) {
    if (!(isGrpcServiceError(error) && (error.code as number) === ALREADY_EXISTS)) throw error;
  }
}

/** The server caches them for a moment: a workflow started too early would be refused. */
async function visible(connection: Connection, namespace: string, names: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (names.length > 0) {
    const present = await customAttributes(connection, namespace);
    if (names.every((name) => name in present)) return;
    if (Date.now() > deadline) {
      throw new EngineError(`Search attributes ${names.join(', ')} did not appear in namespace ${namespace}`, {
        retryable: true,
        nextStep: 'Look at the log of the Temporal server, then try again.',
      });
    }
    await sleep(200);
  }
}
