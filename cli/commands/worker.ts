import { Argument, type Command } from 'commander';
import { options, type Device } from '../options.js';
import { queueRoles, type QueueRole } from '../run-facts.js';
import { chooseDevice } from '../graphics-card.js';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('run one worker in the foreground')
    .addArgument(new Argument('<queue>', 'which queue it serves').choices(queueRoles))
    .addOption(options.device())
    .action(worker);
}

/** The worker reads its settings from the environment, and ends the process itself where it cannot start. */
async function worker(queue: QueueRole, { device }: { device?: Device }): Promise<void> {
  if (device !== undefined)
    process.env.CLAWMILL_DEVICE = device === 'auto' ? (await chooseDevice('auto')).device : device;
  switch (queue) {
    case 'pipeline':
      await import('../../workers/pipeline.js');
      return;
    case 'sandbox':
      await import('../../workers/sandbox.js');
      return;
    case 'gpu':
      await import('../../workers/gpu.js');
  }
}
