import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { ConfigError } from '../../../domain/errors.js';
import { cacheDir } from '../../../infra/setup/cache-dir.js';
import { locateParts } from '../../../infra/setup/locate-parts.js';
import { python } from '../../../infra/setup/parts/python.js';
import { addRecord, recordName } from '../../../infra/setup/records.js';
import { scratchFolder } from '../scratch-folder.js';

test('without a set-up, every part tells how to get it', () => {
  const parts = locateParts(scratchFolder());
  for (const name of ['python', 'temporalCli', 'temporalTestServer', 'modelDir'] as const) {
    expect(() => parts[name]).toThrow(ConfigError);
    expect(() => parts[name]).toThrow(expect.objectContaining({ nextStep: 'npm run setup' }));
  }
});

test('what set-up recorded for these pins is found, and no longer when it was removed', () => {
  const folder = scratchFolder();
  const interpreter = join(folder, 'python');
  addRecord(folder, recordName(python), { paths: { python: interpreter }, facts: {}, seconds: 1 });
  expect(() => locateParts(folder).python).toThrow(ConfigError);
  writeFileSync(interpreter, '');
  expect(locateParts(folder).python).toBe(interpreter);
});

test('the cache is where the user says, else where caches are', () => {
  expect(cacheDir({ CLAWMILL_CACHE: '/big/disk', XDG_CACHE_HOME: '/caches' })).toBe('/big/disk');
  expect(cacheDir({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/clawmill');
  expect(cacheDir({})).toMatch(/\/\.cache\/clawmill$/);
});
