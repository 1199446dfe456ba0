import { Option, type Command } from 'commander';
import { commandContext } from '../context.js';
import { listRuns } from '../find-run.js';
import { options } from '../options.js';
import { plainLine } from '../plain-text.js';
import { withSession } from '../session.js';
import { textTable } from '../text-table.js';

const states = ['running', 'held', 'done', 'aborted', 'failed', 'cancelled', 'terminated'] as const;

export function addList(program: Command): void {
  program
    .command('list')
    .description('all runs that the Temporal server knows, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(states))
    .addOption(options.json())
    .action(list);
}

async function list({ state, json }: { state?: (typeof states)[number]; json: boolean }): Promise<void> {
  const { config, output } = commandContext({ json });
  await withSession(config, async (session) => {
    const runs = (await listRuns(session)).filter((run) => state === undefined || run.state === state);
    output.value(runs);
    if (json) return;
    if (runs.length === 0) output.line(state === undefined ? 'no runs' : `no run is ${state}`);
    else output.line(textTable(['run', 'state', 'stage', 'started', 'tags'], runs.map(row)));
  });
}

function row(run: Awaited<ReturnType<typeof listRuns>>[number]): string[] {
  const started = run.startedAt.toISOString().slice(0, 16).replace('T', ' ');
  return [plainLine(run.runId, 120), run.state, plainLine(run.stage, 40), started, plainLine(run.tags.join(', '), 80)];
}
