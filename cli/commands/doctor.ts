import type { Command } from 'commander';
import { commandContext } from '../context.js';
import { machineFindings } from '../doctor/machine-checks.js';
import { serverFindings } from '../doctor/server-checks.js';
import type { Finding } from '../doctor/finding.js';
import { exitCodes } from '../exit-codes.js';
import { options } from '../options.js';
import type { Colors } from '../output.js';
import { plainText } from '../plain-text.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look at everything that a run needs, and say what is missing')
    .addOption(options.json())
    .action(doctor);
}

async function doctor({ json }: { json: boolean }): Promise<void> {
  const { config, output } = commandContext({ json });
  const findings = [...(await machineFindings(config)), ...(await serverFindings(config))];
  if (!json) for (const finding of findings) output.line(findingText(finding, output.colors));
  const failed = findings.filter(({ state }) => state === 'fail').length;
  output.value({ ok: failed === 0, findings });
  if (failed > 0) process.exitCode = exitCodes.failed;
}

export function findingText({ check, state, found, nextStep }: Finding, colors: Colors): string {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red }[state];
  const next = nextStep === undefined ? '' : `\n${' '.repeat(26)}next: ${plainText(nextStep)}`;
  return `${paint(state.padEnd(6))}${check.padEnd(20)}${plainText(found)}${next}`;
}
