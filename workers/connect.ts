import { NativeConnection } from '@temporalio/worker';
import { EngineError } from '../domain/errors.js';
import { findDevServer } from '../infra/temporal/dev-server.js';
import { ensureSearchAttributes } from '../infra/temporal/search-attributes.js';
import type { TemporalConfig } from '../temporal.config.js';
import { Connection } from '@temporalio/client';

/** The server the user named, else the embedded one of this state folder. Rejects with EngineError that says the next step. */
export function serverAddress(config: TemporalConfig): string {
  const address = config.connect.connectionOptions.address ?? findDevServer(config.paths.state)?.address;
  if (address !== undefined) return address;
  throw new EngineError('no Temporal server: TEMPORAL_ADDRESS is not set and the embedded server does not run', {
    nextStep: 'start it with: npm run -s clawmill -- dev',
  });
}

/** A worker's connection, with the search attributes there. */
export async function connectWorker(config: TemporalConfig): Promise<NativeConnection> {
  const address = serverAddress(config);
  const options = { ...config.connect.connectionOptions, address };
  try {
    const client = await Connection.connect({ ...options, connectTimeout: '10s' });
    await ensureSearchAttributes(client, config.namespace).finally(() => client.close());
    return await NativeConnection.connect(options);
  } catch (error) {
    throw new EngineError(`the Temporal server at ${address} cannot be used: ${(error as Error).message}`, {
      cause: error,
      retryable: true,
      nextStep: 'see that it runs and that address, namespace, TLS and key are right (TEMPORAL_*)',
    });
  }
}
