/** npm run setup [-- --parts all|demo|test] [-- --only python,temporal] */
import { parseArgs } from 'node:util';

import { ClawmillError, ConfigError } from '../../domain/errors.js';
import { cacheDir } from './cache-dir.js';
import { partNames, type PartName } from './part.js';
import { parts, partSets } from './parts/index.js';
import { prepareParts } from './prepare.js';

/** On stderr: stdout belongs to what is run after set-up. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function wantedParts(args: readonly string[]): readonly PartName[] {
  const { values } = parseArgs({
    args: [...args],
    options: { parts: { type: 'string', default: 'all' }, only: { type: 'string' } },
  });
  if (values.only === undefined)
    return partSets[values.parts] ?? unknown('--parts', values.parts, Object.keys(partSets));
  return values.only
    .split(',')
    .map((name) => partNames.find((known) => known === name) ?? unknown('--only', name, partNames));
}

function unknown(option: string, value: string, known: readonly string[]): never {
  throw new ConfigError(`${option} does not know ${value}`, { nextStep: `Use ${known.join(', ')}.` });
}

async function main(): Promise<void> {
  const started = performance.now();
  const done = await prepareParts({
    cacheDir: cacheDir(),
    parts,
    wanted: wantedParts(process.argv.slice(2)),
    log: say,
  });
  if (done.length === 0) say('set-up: all parts present');
  else say(`set-up: done in ${((performance.now() - started) / 1000).toFixed(0)} s, kept in ${cacheDir()}`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? `set-up: ${error.message}` : String(error));
  if (error instanceof ClawmillError && error.nextStep !== undefined) say(`next: ${error.nextStep}`);
  process.exitCode = 1;
});
