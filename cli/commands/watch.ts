import type { Command } from 'commander';
import { commandContext } from '../context.js';
import { exitCodeOf } from '../finish-run.js';
import { findRun } from '../find-run.js';
import { options } from '../options.js';
import { withSession } from '../session.js';
import { troubleLines } from '../status-text.js';
import { watchRun } from '../watch-run.js';
import { withWorkers } from '../with-workers.js';

export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('show how a run gets on, until it is held or has ended')
    .argument('<run>')
    .addOption(options.json())
    .action(watch);
}

async function watch(given: string, { json }: { json: boolean }): Promise<void> {
  const { config, output } = commandContext({ json });
  const none = { dev: false, stop: false, device: config.device };
  await withWorkers(config, none, output, (signal) =>
    withSession(config, async (session) => {
      const runId = await findRun(session, given);
      const facts = await watchRun(session, runId, output, signal);
      if (!output.isTerminal) for (const line of troubleLines(facts, output.colors)) output.line(line);
      output.value(facts);
      process.exitCode = exitCodeOf(facts.state);
    }),
  );
}
