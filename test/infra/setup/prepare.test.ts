import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { buildAside } from '../../../infra/setup/build-aside.js';
import { type Part, type PartName } from '../../../infra/setup/part.js';
import { prepareParts } from '../../../infra/setup/prepare.js';
import { readRecords } from '../../../infra/setup/records.js';
import { scratchFolder } from '../scratch-folder.js';

interface FakePart extends Part {
  pins: string;
  prepared: number;
  events: string[];
}

/** A part that writes one file, and counts how often it had to. */
function fakePart(name: PartName, needs: readonly PartName[]): FakePart {
  const part: FakePart = {
    name,
    needs,
    pins: 'v1',
    prepared: 0,
    events: [],
    purpose: `the ${name}`,
    key: () => part.pins,
    present: ({ paths }) => Object.values(paths).every((path) => existsSync(path)),
    async prepare({ cacheDir, path }) {
      part.prepared += 1;
      for (const need of needs) path(need, 'file');
      part.events.push(`${name} starts`);
      await sleep(20);
      part.events.push(`${name} ends`);
      const file = join(cacheDir, `${name}-${part.pins}`);
      writeFileSync(file, '');
      return { paths: { file }, facts: {} };
    },
  };
  return part;
}

function prepare(cacheDir: string, parts: readonly Part[], wanted: readonly PartName[], lines: string[] = []) {
  return prepareParts({ cacheDir, parts, wanted, log: (line) => lines.push(line) });
}

test('what a part needs comes first, and a second set-up finds all there', async () => {
  const cacheDir = join(scratchFolder(), 'made', 'by', 'set-up');
  const tools = fakePart('tools', []);
  const python = fakePart('python', ['tools']);
  const lines: string[] = [];
  expect(await prepare(cacheDir, [tools, python], ['python'], lines)).toEqual(['tools', 'python']);
  expect(lines.map((line) => line.replace(/\(.*\)/, '(s)'))).toEqual([
    'set-up: tools: the tools …',
    'set-up: tools: ready (s)',
    'set-up: python: the python …',
    'set-up: python: ready (s)',
  ]);
  expect(await prepare(cacheDir, [tools, python], ['python'])).toEqual([]);
  expect([tools.prepared, python.prepared]).toEqual([1, 1]);
});

test('parts that do not need each other are prepared at the same time', async () => {
  const events: string[] = [];
  const both = (['python', 'sandbox'] as const).map((name) => Object.assign(fakePart(name, []), { events }));
  await prepare(scratchFolder(), both, ['python', 'sandbox']);
  expect(events.slice(0, 2)).toEqual(['python starts', 'sandbox starts']);
});

test('other pins are another part: both stay, each under its own record', async () => {
  const cacheDir = scratchFolder();
  const part = fakePart('python', []);
  await prepare(cacheDir, [part], ['python']);
  part.pins = 'v2';
  expect(await prepare(cacheDir, [part], ['python'])).toEqual(['python']);
  part.pins = 'v1';
  expect(await prepare(cacheDir, [part], ['python'])).toEqual([]);
  expect(Object.keys(readRecords(cacheDir))).toEqual(['python-v1', 'python-v2']);
});

test('a part whose files were removed is prepared again', async () => {
  const cacheDir = scratchFolder();
  const part = fakePart('python', []);
  await prepare(cacheDir, [part], ['python']);
  rmSync(join(cacheDir, 'python-v1'));
  expect(await prepare(cacheDir, [part], ['python'])).toEqual(['python']);
});

test('a part that fails stops neither the others nor the next set-up, which does only what lacks', async () => {
  const cacheDir = scratchFolder();
  const good = fakePart('sandbox', []);
  const bad = fakePart('python', []);
  const target = join(cacheDir, 'python-folder');
  const cutOff: Part = {
    ...bad,
    prepare: async () => {
      await buildAside(target, 'proof', () => Promise.reject(new Error('cut off')));
      return { paths: { folder: target }, facts: {} };
    },
  };
  const lines: string[] = [];
  await expect(prepare(cacheDir, [good, cutOff], ['python', 'sandbox'], lines)).rejects.toThrow('cut off');
  expect(lines).toContain('set-up: python: failed: Error: cut off');
  expect(Object.keys(readRecords(cacheDir))).toEqual(['sandbox-v1']);
  expect(await prepare(cacheDir, [good, bad], ['python', 'sandbox'])).toEqual(['python']);
});

test('two set-ups at once prepare everything once', async () => {
  const cacheDir = scratchFolder();
  const parts = [fakePart('tools', []), fakePart('python', ['tools'])];
  const done = await Promise.all([prepare(cacheDir, parts, ['python']), prepare(cacheDir, parts, ['python'])]);
  expect(done.flat().toSorted()).toEqual(['python', 'tools']);
  expect(parts.map(({ prepared }) => prepared)).toEqual([1, 1]);
});

test('a damaged record file is written anew', async () => {
  const cacheDir = scratchFolder();
  const part = fakePart('python', []);
  await prepare(cacheDir, [part], ['python']);
  writeFileSync(join(cacheDir, 'parts.json'), '{"python-v1": {"pa');
  expect(await prepare(cacheDir, [part], ['python'])).toEqual(['python']);
});
