import type { Command } from 'commander';
import { options } from '../options.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look at everything a run needs on this machine, and say what is missing')
    .addOption(options.json())
    .action(() => Promise.resolve());
}
