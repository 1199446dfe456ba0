import { join } from 'node:path';
import { locateParts } from '../infra/setup/locate-parts.js';
import { startDevServer } from '../infra/temporal/dev-server.js';
import type { TemporalConfig } from '../temporal.config.js';
import { chooseDevice } from './graphics-card.js';
import type { QueueRole } from './run-facts.js';
import { WorkerProcess } from './worker-process.js';

export interface DevStackOptions {
  config: TemporalConfig;
  device: 'auto' | 'cpu' | 'cuda';
  workers: readonly QueueRole[];
  say: (line: string) => void;
}

export interface DevStack {
  /** Rejects when a worker cannot start. */
  failed: Promise<never>;
  /** Ends the workers, letting them finish what they do; the server stays. */
  stop: () => Promise<void>;
  kill: () => void;
}

/**
 * All a run needs, on this machine: the embedded Temporal server (unless the user named one) and one worker a queue. The server is
 * detached and outlives this process, so that the run's page stays there; the workers end with it.
 */
export async function startDevStack({ config, device: wanted, workers, say }: DevStackOptions): Promise<DevStack> {
  const address = config.connect.connectionOptions.address ?? (await startServer(config, say));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    CLAWMILL_STATE: config.paths.state,
    CLAWMILL_CACHE: config.paths.cache,
  };
  if (workers.includes('gpu')) {
    const { device, why } = await chooseDevice(wanted);
    env.CLAWMILL_DEVICE = device;
    say(why);
  }
  const children = workers.map((name) => {
    const logFile = join(config.paths.logs, `${name}.log`);
    return new WorkerProcess({ name, env, logFile, graceSeconds: config.shutdownSeconds, say });
  });
  for (const child of children) child.start();
  say(`workers: ${workers.join(', ')}; logs in ${config.paths.logs}`);
  return {
    failed: Promise.race(children.map((child) => child.failed)),
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
    },
    kill: () => {
      for (const child of children) child.kill();
    },
  };
}

async function startServer(config: TemporalConfig, say: (line: string) => void): Promise<string> {
  const server = await startDevServer({
    stateDir: config.paths.state,
    temporalCli: locateParts(config.paths.cache).temporalCli,
    namespace: config.namespace,
    detached: true,
  });
  const ui = server.uiUrl === undefined ? '' : `, UI ${server.uiUrl}`;
  say(`Temporal server: ${server.address}${ui}${server.started ? '' : ' (was running)'}`);
  return server.address;
}
