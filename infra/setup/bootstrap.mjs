/**
 * node infra/setup/bootstrap.mjs ENTRY.ts [argument…]
 *
 * Runs a TypeScript entry of this repository, installing the npm packages first where they lack or differ from
 * package-lock.json. Plain Node, because on a fresh clone there is nothing else yet. Speaks on stderr only: stdout
 * belongs to the entry.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { withLock } from './lock.mjs';
import { packagesMatchLock } from './npm-packages.mjs';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

function say(line) {
  process.stderr.write(`${line}\n`);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`clawmill needs Node 20.19 or newer; this is ${process.versions.node}. Install it, then run the command again.`);
  process.exit(1);
}

function installPackages() {
  if (packagesMatchLock(repository)) return;
  say('set-up: npm packages …');
  const started = Date.now();
  const npm = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: repository,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    say(
      `npm ci failed${npm.error ? `: ${npm.error.message}` : ''}. Its words are above; mostly it is the network or npm's registry. Then run the command again.`,
    );
    process.exit(1);
  }
  say(`set-up: npm packages: installed (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

refuseOldNode();

const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) {
  say('usage: node infra/setup/bootstrap.mjs ENTRY.ts [argument…]');
  process.exit(2);
}

if (!packagesMatchLock(repository)) {
  const lockDir = join(repository, '.clawmill');
  mkdirSync(lockDir, { recursive: true });
  await withLock(
    join(lockDir, 'npm.lock'),
    { onWait: (holder) => say(`set-up: waiting for process ${holder}, which installs npm packages`) },
    async () => installPackages(),
  );
}

const { register } = await import('tsx/esm/api');
register();
const entryFile = resolve(repository, entry);
process.argv.splice(1, process.argv.length - 1, entryFile, ...rest);
await import(pathToFileURL(entryFile).href);
