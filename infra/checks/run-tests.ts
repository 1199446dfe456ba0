/**
 * npm test                       everything
 * npm test -- domain/ -t gates   only vitest, with these arguments
 * npm test -- --pytest -k sft    only pytest, with these arguments
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { execa } from 'execa';

import { locateParts } from '../setup/locate-parts.js';
import { inRepository, repository } from '../setup/repository.js';
import { noTests, pytestCounts, sumCounts, type TestCounts, vitestCounts } from './test-counts.js';

/** pytest's own code for "no tests were collected". */
const PYTEST_FOUND_NOTHING = 5;
const SLOWEST = 10;

async function run(file: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  const { exitCode } = await execa(file, args, { cwd: repository, reject: false, stdio: 'inherit', env });
  return exitCode ?? 1;
}

/** A runner that fails without a failed test (it crashed, or something threw outside a test) counts as one failure. */
function blame(counts: TestCounts, exitCode: number): TestCounts {
  return exitCode === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

async function vitest(args: readonly string[], folder: string): Promise<TestCounts> {
  const report = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const exitCode = await run(inRepository('node_modules/.bin/vitest'), ['run', ...reporters, ...args], {});
  return blame(existsSync(report) ? vitestCounts(report) : noTests, exitCode);
}

async function pytest(args: readonly string[], folder: string): Promise<TestCounts> {
  const report = join(folder, 'pytest.xml');
  const where = ['test', 'trainer'].filter((room) => existsSync(inRepository(room)));
  const exitCode = await run(
    locateParts().python,
    ['-m', 'pytest', '-q', '--durations=5', '-p', 'no:cacheprovider', `--junitxml=${report}`, ...where, ...args],
    { HF_HUB_OFFLINE: '1', TOKENIZERS_PARALLELISM: 'false' },
  );
  return blame(existsSync(report) ? pytestCounts(report) : noTests, exitCode === PYTEST_FOUND_NOTHING ? 0 : exitCode);
}

function printDurations({ seconds }: TestCounts, total: number): void {
  const slowest = Object.entries(seconds)
    .sort(([, left], [, right]) => right - left)
    .slice(0, SLOWEST);
  console.log(`\n${total.toFixed(0)} s in all; slowest files:`);
  for (const [file, time] of slowest) {
    console.log(`${time.toFixed(1).padStart(8)} s  ${file.startsWith('/') ? relative(repository, file) : file}`);
  }
}

async function main(): Promise<void> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'clawmill-tests-'));
  const [first, ...others] = process.argv.slice(2);
  try {
    const ofVitest = first === '--pytest' ? noTests : await vitest(process.argv.slice(2), folder);
    const ofPytest = first === undefined || first === '--pytest' ? await pytest(others, folder) : noTests;
    const all = sumCounts(ofVitest, ofPytest);
    printDurations(all, (performance.now() - started) / 1000);
    if (all.failed > 0 || all.passed === 0) process.exitCode = 1;
    console.log(`\n${all.passed} passed, ${all.failed} failed, ${all.skipped} skipped`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
