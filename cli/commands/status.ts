import type { Command } from 'commander';
import { commandContext } from '../context.js';
import { findRun } from '../find-run.js';
import { options } from '../options.js';
import { readRun } from '../read-run.js';
import { withSession } from '../session.js';
import { resumeCommand, statusText } from '../status-text.js';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('how a run stands; works with no worker there')
    .argument('<run>')
    .addOption(options.json())
    .action(status);
}

async function status(given: string, { json }: { json: boolean }): Promise<void> {
  const { config, output } = commandContext({ json });
  await withSession(config, async (session) => {
    const facts = await readRun(session, await findRun(session, given));
    if (!json) output.line(statusText(facts, output.colors));
    output.value({ ...facts, ...(facts.held ? { resume: resumeCommand(facts.runId, facts.held.stage) } : {}) });
  });
}
