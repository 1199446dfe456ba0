import type { Command } from 'commander';
import { pipelineWorkflowId } from '../../domain/stage.js';
import { commandLine } from '../command-line.js';
import { commandContext } from '../context.js';
import { findRun } from '../find-run.js';
import { withSession } from '../session.js';

export function addCancel(program: Command): void {
  program
    .command('cancel')
    .description('cancel a run; what its finished stages made stays and is reused by the next run')
    .argument('<run>')
    .action(cancel);
}

async function cancel(given: string): Promise<void> {
  const { config, output } = commandContext({});
  await withSession(config, async (session) => {
    const runId = await findRun(session, given);
    await session.client.workflow.getHandle(pipelineWorkflowId(runId)).cancel();
    output.line(`run ${runId} is being cancelled; see: ${commandLine('status', runId)}`);
  });
}
