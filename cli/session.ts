import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { EngineError } from '../domain/errors.js';
import { findDevServer } from '../infra/temporal/dev-server.js';
import type { TemporalConfig } from '../temporal.config.js';
import { commandLine } from './command-line.js';
import { uiAddress } from './ui-address.js';

/** One command's connection to Temporal. */
export interface Session {
  config: TemporalConfig;
  client: Client;
  connection: Connection;
  address: string;
  /** Where the Temporal UI is, as far as is known. */
  uiUrl: string | undefined;
}

/** Below the ten seconds in which a user is told that nobody answers. */
const connectWithinMs = 6_000;

/** Connects, does the work, closes. Rejects with EngineError where no server answers. */
export async function withSession<Result>(
  config: TemporalConfig,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const address = serverAddress(config);
  const connection = await connect(config, address);
  const client = new Client({ connection, namespace: config.namespace });
  try {
    return await work({ config, client, connection, address, uiUrl: uiAddress(config, address) });
  } finally {
    await connection.close();
  }
}

/** The server the user named, else the embedded one of this state folder. */
export function serverAddress(config: TemporalConfig): string {
  const address = config.connect.connectionOptions.address ?? findDevServer(config.paths.state)?.address;
  if (address !== undefined) return address;
  throw new EngineError('no Temporal server: TEMPORAL_ADDRESS is not set and the embedded server does not run', {
    nextStep: `start it with: ${commandLine('dev')}`,
  });
}

async function connect(config: TemporalConfig, address: string): Promise<Connection> {
  const late = new AbortController();
  const refuse = async (): Promise<never> => {
    await sleep(connectWithinMs + 1_000, undefined, { signal: late.signal, ref: false });
    throw new Error('no answer in time');
  };
  try {
    const options = { ...config.connect.connectionOptions, address, connectTimeout: connectWithinMs };
    return await Promise.race([Connection.connect(options), refuse()]);
  } catch (error) {
    throw new EngineError(`the Temporal server at ${address} does not answer`, {
      cause: error,
      nextStep: config.addressGiven
        ? 'see that it runs and that TEMPORAL_ADDRESS, TLS and key are right; or unset TEMPORAL_ADDRESS to use the embedded server'
        : `start it again with: ${commandLine('dev')}`,
    });
  } finally {
    late.abort();
  }
}
