import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { buildAside } from '../../../infra/setup/build-aside.js';
import { scratchFolder } from '../scratch-folder.js';

async function writeWhole(aside: string): Promise<void> {
  mkdirSync(aside);
  writeFileSync(join(aside, 'proof'), 'whole');
}

test('a build that is cut off leaves no target, and the next one starts clean', async () => {
  const target = join(scratchFolder(), 'part');
  const cutOff = buildAside(target, 'proof', async (aside) => {
    mkdirSync(aside);
    writeFileSync(join(aside, 'leftover'), 'half');
    throw new Error('the network went away');
  });
  await expect(cutOff).rejects.toThrow('the network went away');
  expect(existsSync(target)).toBe(false);

  await buildAside(target, 'proof', writeWhole);
  expect(readdirSync(target)).toEqual(['proof']);
});

test('what a killed set-up left is removed', async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'part.part-999999999', 'half'), { recursive: true });
  await buildAside(join(folder, 'part'), 'proof', writeWhole);
  expect(readdirSync(folder)).toEqual(['part']);
});

test('a whole target is left as it is', async () => {
  const target = join(scratchFolder(), 'part');
  await buildAside(target, 'proof', writeWhole);
  await buildAside(target, 'proof', () => Promise.reject(new Error('must not build again')));
  expect(readFileSync(join(target, 'proof'), 'utf8')).toBe('whole');
});

test('a target that lost its proof is built anew', async () => {
  const target = join(scratchFolder(), 'part');
  mkdirSync(target);
  writeFileSync(join(target, 'rest'), '');
  await buildAside(target, 'proof', writeWhole);
  expect(readdirSync(target)).toEqual(['proof']);
});
