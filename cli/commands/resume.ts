import type { Command } from 'commander';
import { commandLine } from '../command-line.js';
import { commandContext } from '../context.js';
import { finishRun } from '../finish-run.js';
import { findRun } from '../find-run.js';
import { options, type Device } from '../options.js';
import { parseSettings } from '../parse-settings.js';
import { withSession } from '../session.js';
import { updateRun } from '../update-run.js';
import { watchRun } from '../watch-run.js';
import { withWorkers } from '../with-workers.js';

interface ResumeOptions {
  set: string[];
  dev: boolean;
  watch: boolean;
  stop: boolean;
  json: boolean;
  device?: Device;
}

export function addResume(program: Command): void {
  program
    .command('resume')
    .description('retry the stage at which a run is held, with changed settings if given; earlier stages stay')
    .argument('<run>')
    .addOption(options.set())
    .addOption(options.dev())
    .addOption(options.device())
    .addOption(options.watch())
    .addOption(options.stop())
    .addOption(options.json())
    .action(resume);
}

async function resume(given: string, { json, ...chosen }: ResumeOptions): Promise<void> {
  const startedMs = Date.now();
  const { config, output } = commandContext({ json });
  const set = parseSettings(chosen.set);
  const choice = { dev: chosen.dev, stop: chosen.stop, device: chosen.device ?? config.device };
  await withWorkers(config, choice, output, (signal) =>
    withSession(config, async (session) => {
      const runId = await findRun(session, given);
      const status = await updateRun(session, runId, 'retryStage', { set }, { workersAreComing: chosen.dev });
      output.line(`run ${runId} goes on`);
      if (!chosen.watch && !chosen.dev) {
        output.line(`watch: ${commandLine('watch', runId)}`);
        output.value(status);
        return;
      }
      const facts = await watchRun(session, runId, output, signal);
      process.exitCode = await finishRun(session, facts, output, startedMs);
    }),
  );
}
