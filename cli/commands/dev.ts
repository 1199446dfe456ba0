import { InvalidArgumentError, Option, type Command } from 'commander';
import { commandContext } from '../context.js';
import { Interrupted } from '../fail.js';
import { options, type Device } from '../options.js';
import { queueRoles, type QueueRole } from '../run-facts.js';
import { stopServer, withWorkers } from '../with-workers.js';

interface DevOptions {
  device?: Device;
  workers: QueueRole[];
  stop: boolean;
}

export function addDev(program: Command): void {
  program
    .command('dev')
    .description('bring up the embedded Temporal server and the workers on this machine, until Ctrl-C')
    .addOption(options.device())
    .addOption(
      new Option('--workers <names>', 'only these')
        .argParser(workerNames)
        .default([...queueRoles], queueRoles.join(',')),
    )
    .option('--stop', 'stop the embedded server instead', false)
    .action(dev);
}

async function dev({ device, workers, stop }: DevOptions): Promise<void> {
  const { config, output } = commandContext({});
  if (stop) return stopServer(config, (line) => output.line(line));
  const choice = { dev: true, stop: false, workers, device: device ?? config.device };
  try {
    await withWorkers(
      config,
      choice,
      output,
      () => new Promise<never>(() => output.line('up; Ctrl-C stops the workers')),
    );
  } catch (error) {
    // Ctrl-C is how this command is meant to end.
    if (!(error instanceof Interrupted)) throw error;
  }
}

function workerNames(given: string): QueueRole[] {
  return given.split(',').map((name) => {
    const role = queueRoles.find((known) => known === name.trim());
    if (role === undefined) throw new InvalidArgumentError(`choose from ${queueRoles.join(', ')}`);
    return role;
  });
}
