/** npm run check: every static check, all of them even when one fails. */
import { execa } from 'execa';

import { inRepository, repository } from '../setup/repository.js';

interface Check {
  name: string;
  tool: string;
  args: readonly string[];
}

const checks: readonly Check[] = [
  { name: 'types', tool: 'tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'lint', tool: 'eslint', args: ['.', '--max-warnings=0'] },
  { name: 'format', tool: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  { name: 'imports', tool: 'depcruise', args: ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.'] },
  { name: 'unused', tool: 'knip', args: ['--no-progress'] },
];

/** The type-aware ones take a core each: two at a time. */
const AT_ONCE = 2;

async function runCheck({ name, tool, args }: Check): Promise<boolean> {
  const started = performance.now();
  const { all, exitCode } = await execa(inRepository(`node_modules/.bin/${tool}`), args, {
    cwd: repository,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const passed = exitCode === 0;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${tool}, ${seconds} s)`);
  if (!passed) console.log(all);
  return passed;
}

async function worker(queue: Check[]): Promise<string[]> {
  const failed: string[] = [];
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    if (!(await runCheck(check))) failed.push(check.name);
  }
  return failed;
}

const named = process.argv.slice(2);
const queue = checks.filter(({ name }) => named.length === 0 || named.includes(name));
const failed = (await Promise.all(Array.from({ length: AT_ONCE }, () => worker(queue)))).flat();
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
