import type { Command } from 'commander';
import { checkKinds } from '../check-kinds.js';
import { commandLine } from '../command-line.js';
import { knownTaskKinds } from '../compose.js';
import { commandContext } from '../context.js';
import { finishRun } from '../finish-run.js';
import { loadConfig } from '../load-config.js';
import { options, type Device } from '../options.js';
import type { Output } from '../output.js';
import { parseSettings } from '../parse-settings.js';
import { checkRunId, newRunId } from '../run-id.js';
import { withSession, type Session } from '../session.js';
import { startRun } from '../start-run.js';
import { runPage } from '../ui-address.js';
import { watchRun } from '../watch-run.js';
import { withWorkers } from '../with-workers.js';

interface RunOptions {
  set: string[];
  json: boolean;
  dev: boolean;
  watch: boolean;
  stop: boolean;
  device?: Device;
  runId?: string;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('start a run of the whole pipeline')
    .argument('<config>', 'run config (YAML)')
    .addOption(options.set())
    .addOption(options.dev())
    .addOption(options.device())
    .addOption(options.watch())
    .addOption(options.stop())
    .addOption(options.json())
    .option('--run-id <id>', 'name the run yourself')
    .action(run);
}

async function run(file: string, given: RunOptions): Promise<void> {
  const startedMs = startOfCommand();
  const { config: machine, output } = commandContext(given);
  const config = await loadConfig(file, parseSettings(given.set));
  checkKinds(config, await knownTaskKinds(), file);
  const runId = given.runId === undefined ? newRunId(config.name) : checkRunId(given.runId);
  const choice = { dev: given.dev, stop: given.stop, device: given.device ?? machine.device };
  const progress = { started: false };
  const work = (signal: AbortSignal): Promise<void> =>
    withSession(machine, async (session) => {
      await startRun(session, runId, config);
      progress.started = true;
      if (!given.watch && !given.dev) {
        sayStarted(session, runId, output);
        return;
      }
      output.line(`run ${runId}`);
      const facts = await watchRun(session, runId, output, signal);
      process.exitCode = await finishRun(session, facts, output, startedMs);
    });
  try {
    await withWorkers(machine, choice, output, work);
  } catch (error) {
    if (progress.started)
      output.line(
        `run ${runId} stays open; go on with: ${commandLine('watch', runId, '--dev')}, or end it with: ${commandLine('cancel', runId)}`,
      );
    throw error;
  }
}

function sayStarted({ uiUrl, config }: Session, runId: string, output: Output): void {
  const ui = uiUrl === undefined ? undefined : runPage(uiUrl, config.namespace, runId);
  output.line(`run ${runId} is started`);
  if (ui !== undefined) output.line(`UI:      ${ui}`);
  output.line(`watch:   ${commandLine('watch', runId)}`);
  output.line(
    `workers: ${commandLine('dev')} (all on this machine), or: ${commandLine('worker', 'pipeline|sandbox|gpu')}`,
  );
  output.value({ runId, ui: ui ?? null });
}

/** Whoever did set-up before calling us may say when that began, so that it counts. Milliseconds since the epoch. */
function startOfCommand(): number {
  const given = Number(process.env.CLAWMILL_STARTED_AT);
  return Number.isFinite(given) && given > 0 && given < Date.now() ? given : Date.now();
}
