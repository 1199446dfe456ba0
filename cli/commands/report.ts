import type { Command } from 'commander';
import { EngineError } from '../../domain/errors.js';
import type { TemporalConfig } from '../../temporal.config.js';
import { commandContext } from '../context.js';
import { findRun } from '../find-run.js';
import { options } from '../options.js';
import { withSession } from '../session.js';
import { runPage } from '../ui-address.js';
import { writeRunReport, type ReportPlace } from '../write-run-report.js';

export function addReport(program: Command): void {
  program
    .command('report')
    .description("write a run's report, one HTML file, from the store; prints its path")
    .argument('<run>')
    .option('--out <file>', 'where to; <state folder>/reports/<run>.html by default')
    .addOption(options.json())
    .action(report);
}

async function report(given: string, { out, json }: { out?: string; json: boolean }): Promise<void> {
  const { config, output } = commandContext({ json });
  const { runId, place } = await whichRun(config, given);
  const path = await writeRunReport(config, runId, { ...place, ...(out === undefined ? {} : { out }) });
  output.value({ runId, report: path });
  if (!json) output.line(path);
}

/** The store knows runs by their whole id only; with no server to ask for prefixes and the UI, that is enough. */
async function whichRun(config: TemporalConfig, given: string): Promise<{ runId: string; place: ReportPlace }> {
  try {
    return await withSession(config, async (session) => {
      const runId = await findRun(session, given);
      const ui = session.uiUrl === undefined ? undefined : runPage(session.uiUrl, config.namespace, runId);
      return { runId, place: ui === undefined ? {} : { ui } };
    });
  } catch (error) {
    if (error instanceof EngineError && given !== 'latest') return { runId: given, place: {} };
    throw error;
  }
}
