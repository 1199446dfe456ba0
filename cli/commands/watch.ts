import type { Command } from 'commander';
import { commandContext } from '../context.js';
import { exitCodeOf } from '../finish-run.js';
import { findRun } from '../find-run.js';
import { options, type Device } from '../options.js';
import { withSession } from '../session.js';
import { troubleLines } from '../status-text.js';
import { watchRun } from '../watch-run.js';
import { withWorkers } from '../with-workers.js';

interface WatchOptions {
  dev: boolean;
  stop: boolean;
  json: boolean;
  device?: Device;
}

export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('show how a run gets on, until it is held or has ended')
    .argument('<run>')
    .addOption(options.dev())
    .addOption(options.device())
    .addOption(options.stop())
    .addOption(options.json())
    .action(watch);
}

async function watch(given: string, { json, dev, stop, device }: WatchOptions): Promise<void> {
  const { config, output } = commandContext({ json });
  const choice = { dev, stop, device: device ?? config.device };
  await withWorkers(config, choice, output, (signal) =>
    withSession(config, async (session) => {
      const runId = await findRun(session, given);
      const facts = await watchRun(session, runId, output, signal);
      if (!output.isTerminal) for (const line of troubleLines(facts, output.colors)) output.line(line);
      output.value(facts);
      process.exitCode = exitCodeOf(facts.state);
    }),
  );
}
