import type { Command } from 'commander';
import { commandContext } from '../context.js';
import { findRun } from '../find-run.js';
import { withSession } from '../session.js';
import { updateRun } from '../update-run.js';

export function addAbort(program: Command): void {
  program
    .command('abort')
    .description('end a held run for good')
    .argument('<run>')
    .requiredOption('--reason <text>', 'kept in its history')
    .action(abort);
}

async function abort(given: string, { reason }: { reason: string }): Promise<void> {
  const { config, output } = commandContext({});
  await withSession(config, async (session) => {
    const runId = await findRun(session, given);
    await updateRun(session, runId, 'abort', { reason }, { workersAreComing: false });
    output.line(`run ${runId} is aborted`);
  });
}
