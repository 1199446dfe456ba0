import type { Command } from 'commander';
import { commandContext } from '../context.js';
import { options } from '../options.js';

export function addReport(program: Command): void {
  program
    .command('report')
    .description("write a run's report: one HTML file")
    .argument('<run>')
    .option('--out <file>', 'where to; the reports folder by default')
    .addOption(options.json())
    .action(report);
}

async function report(given: string, { out, json }: { out?: string; json: boolean }): Promise<void> {
  const { config, output } = commandContext({ json });
  const { reportOf } = await import('../write-run-report.js');
  const path = await reportOf(config, given, out);
  output.value({ report: path });
  if (!json) output.line(path);
}
