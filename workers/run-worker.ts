import { DefaultLogger, Runtime, Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { ClawmillError } from '../domain/errors.js';
import { temporalConfig, type TemporalConfig } from '../temporal.config.js';
import { activityInterceptor } from './activity-context.js';
import { connectWorker } from './connect.js';

export interface WorkerParts {
  config: TemporalConfig;
  logger: Logger;
}

/** What a worker is beside the common settings, and what is to be closed when it has stopped. */
export interface WorkerRole {
  options: Omit<WorkerOptions, 'connection' | 'namespace'>;
  /** Further queues that this process polls with the same activities. */
  alsoQueues?: readonly string[];
  close: () => Promise<void>;
}

/**
 * Runs one worker process to its end: SIGTERM and SIGINT let running activities finish within the grace time. Exits with 1 and one
 * clear message when it cannot start.
 */
export async function runWorker(name: string, createRole: (parts: WorkerParts) => Promise<WorkerRole>): Promise<void> {
  const logger = pino({ name, level: process.env.CLAWMILL_LOG_LEVEL ?? 'info' }, pino.destination(2));
  try {
    const config = temporalConfig();
    if (process.env.CLAWMILL_EXIT_WITH_STDIN === '1') endWithStdin(config.shutdownSeconds);
    installRuntime(logger);
    const role = await createRole({ config, logger });
    const connection = await connectWorker(config);
    await pollUntilStopped(role, connection, config, logger);
    await role.close();
    await connection.close();
  } catch (error) {
    const next = error instanceof ClawmillError && error.nextStep !== undefined ? `\n  next: ${error.nextStep}` : '';
    process.stderr.write(`${name} worker: ${error instanceof Error ? error.message : String(error)}${next}\n`);
    logger.debug({ error }, 'cannot start');
    process.exit(1);
  }
}

async function pollUntilStopped(
  role: WorkerRole,
  connection: NativeConnection,
  config: TemporalConfig,
  logger: Logger,
): Promise<void> {
  const common: Partial<WorkerOptions> = {
    connection,
    namespace: config.namespace,
    shutdownGraceTime: config.shutdownSeconds * 1000,
    // With the defaults a killed worker's last heartbeat can be most of a minute old, and so would be its progress.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    interceptors: { activity: [activityInterceptor(logger)] },
  };
  const { workflowBundle: _bundle, workflowsPath: _path, ...activitiesOnly } = role.options;
  const workers = [
    await Worker.create({ ...role.options, ...common }),
    ...(await Promise.all(
      (role.alsoQueues ?? []).map((taskQueue) => Worker.create({ ...activitiesOnly, ...common, taskQueue })),
    )),
  ];
  logger.info({ queues: [role.options.taskQueue, ...(role.alsoQueues ?? [])] }, 'polling');
  await Promise.all(workers.map((worker) => worker.run()));
  logger.info('stopped');
}

/**
 * For a worker that another process started and holds a pipe to: when that process is gone, however it went, the pipe closes, and
 * this worker ends as after SIGTERM. The pipe alone keeps nothing alive.
 */
function endWithStdin(shutdownSeconds: number): void {
  process.stdin.once('close', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), (shutdownSeconds + 10) * 1000).unref();
  });
  process.stdin.resume().unref();
}

/** The SDK's own log goes to pino, and its warnings about workflow replays with it. */
function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'ERROR' ? 'error' : 'warn']({ meta }, message);
    }),
    shutdownSignals: ['SIGINT', 'SIGTERM'],
  });
}
