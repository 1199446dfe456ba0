import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { expect, test } from 'vitest';

import { inRepository } from '../../../infra/setup/repository.js';
import { scratchFolder } from '../scratch-folder.js';

/** A checkout with nothing but the bootstrap, whose lock file lists the packages given. */
function checkout(packages: object): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'infra/setup'), { recursive: true });
  for (const name of ['bootstrap', 'lock', 'npm-packages']) {
    const path = `infra/setup/${name}.mjs`;
    cpSync(inRepository(path), join(folder, path));
  }
  const root = { name: 'checkout', version: '1.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...root, type: 'module' }));
  const lock = { ...root, lockfileVersion: 3, packages: { '': root, ...packages } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(join(folder, 'entry.ts'), 'const args: string[] = process.argv.slice(2);\nconsole.log(args.join());\n');
  return folder;
}

const bootstrap = (cwd: string, ...args: string[]) =>
  execa('node', ['infra/setup/bootstrap.mjs', ...args], { cwd, reject: false });

test('an entry in TypeScript gets its arguments, and stdout is its own', async () => {
  const folder = checkout({});
  symlinkSync(inRepository('node_modules'), join(folder, 'node_modules'));
  const { stdout, stderr, exitCode } = await bootstrap(folder, 'entry.ts', '--json', 'run');
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: '--json,run', stderr: '', exitCode: 0 });
});

test('packages that cannot be installed are said on stderr, with what to do', async () => {
  // Not in package.json: npm refuses before it asks any registry.
  const folder = checkout({ 'node_modules/lacking': { version: '1.0.0' } });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'checkout', version: '1.0.0', dependencies: { other: '1.0.0' } }),
  );
  const { stdout, stderr, exitCode } = await bootstrap(folder, 'entry.ts');
  expect(stdout).toBe('');
  expect(stderr).toMatch(/npm ci failed.*Then run the command again/);
  expect(exitCode).toBe(1);
});

test('without an entry it says how it is used', async () => {
  const { stderr, exitCode } = await bootstrap(checkout({}));
  expect(stderr).toMatch(/^usage:/);
  expect(exitCode).toBe(2);
});
