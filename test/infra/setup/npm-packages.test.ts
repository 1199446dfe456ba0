import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { packagesMatchLock } from '../../../infra/setup/npm-packages.mjs';
import { scratchFolder } from '../scratch-folder.js';

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>;

function checkout(locked: Packages, installed?: Packages): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...locked } }));
  if (installed !== undefined) {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  }
  return folder;
}

const zod = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' } };
const otherPlatform = { 'node_modules/only-elsewhere': { version: '1.0.0', optional: true } };

test('packages match when all are there but those of other platforms', () => {
  expect(packagesMatchLock(checkout({ ...zod, ...otherPlatform }, zod))).toBe(true);
});

test('packages do not match where none were installed, or an installation was cut off', () => {
  expect(packagesMatchLock(checkout(zod))).toBe(false);
});

test('packages do not match when one lacks or is another', () => {
  expect(packagesMatchLock(checkout(zod, {}))).toBe(false);
  const other = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-b' } };
  expect(packagesMatchLock(checkout(zod, other))).toBe(false);
});
