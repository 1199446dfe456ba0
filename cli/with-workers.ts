import { stopDevServer } from '../infra/temporal/dev-server.js';
import type { TemporalConfig } from '../temporal.config.js';
import { commandLine } from './command-line.js';
import { startDevStack, type DevStack } from './dev-stack.js';
import { exitCodes } from './exit-codes.js';
import { listenForInterruption } from './interruption.js';
import type { Output } from './output.js';
import { queueRoles, type QueueRole } from './run-facts.js';

export interface WorkerChoice {
  /** Bring up server and workers for the time of the work. */
  dev: boolean;
  device: 'auto' | 'cpu' | 'cuda';
  workers?: readonly QueueRole[];
  /** End the embedded server as well. */
  stop: boolean;
}

/**
 * Does the work, with the dev stack up meanwhile where that is asked for. Ctrl-C, or a worker that cannot start, aborts the signal
 * and rejects; Ctrl-C once more kills the workers.
 */
export async function withWorkers<Result>(
  config: TemporalConfig,
  choice: WorkerChoice,
  output: Output,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const say = (line: string): void => output.line(line);
  let stack: DevStack | undefined;
  const interruption = listenForInterruption('interrupted; the run itself goes on as soon as workers are there', () => {
    stack?.kill();
    if (!stack) process.exit(exitCodes.interrupted);
  });
  const leaving = new AbortController();
  const signal = AbortSignal.any([interruption.signal, leaving.signal]);
  try {
    if (choice.dev) {
      const { device, workers = queueRoles } = choice;
      stack = await startDevStack({ config, device, workers, say });
    }
    return await Promise.race([work(signal), interruption.interrupted, ...(stack ? [stack.failed] : [])]);
  } finally {
    leaving.abort();
    if (stack) {
      if (interruption.signal.aborted) say('stopping the workers; Ctrl-C again to kill them');
      await stack.stop();
    }
    interruption.end();
    if (choice.stop) await stopServer(config, say);
    else if (choice.dev && !config.addressGiven)
      say(`the Temporal server stays up for its UI; stop it with: ${commandLine('dev', '--stop')}`);
  }
}

export async function stopServer(config: TemporalConfig, say: (line: string) => void): Promise<void> {
  say(
    (await stopDevServer(config.paths.state))
      ? 'Temporal server: stopped'
      : 'Temporal server: none of this state folder was running',
  );
}
