import { describe, expect, test } from 'vitest';

import { readInRepository } from '../../../infra/setup/repository.js';

const locks = [
  'trainer/requirements',
  'trainer/embedded-model',
  'infra/setup/locks/uv',
  'infra/setup/locks/temporal',
  'infra/setup/locks/temporal-test-server',
];

/** Requirements of a lock file, each with the lines that belong to it. */
function requirements(lock: string): { pin: string; hashes: string[] }[] {
  return lock
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({ pin: line.split(/[ ;]/)[0] ?? '', hashes: line.match(/--hash=sha256:[0-9a-f]{64}\b/g) ?? [] }));
}

describe.each(locks)('%s.lock', (path) => {
  const lock = readInRepository(`${path}.lock`);

  test('pins every requirement to one version, with hashes', () => {
    for (const { pin, hashes } of requirements(lock)) {
      expect(pin).toMatch(/^[a-z0-9][a-z0-9._-]*==[^=]+$/);
      expect(hashes.length, pin).toBeGreaterThan(0);
    }
  });

  test('has what its .in file asks for', () => {
    const pins = requirements(lock).map(({ pin }) => pin);
    for (const wanted of readInRepository(`${path}.in`).split('\n')) {
      if (wanted === '' || wanted.startsWith('#')) continue;
      expect(
        pins.some((pin) => pin === wanted || pin.startsWith(`${wanted}==`)),
        wanted,
      ).toBe(true);
    }
  });

  test('names no host, no folder and no option', () => {
    expect(lock).not.toMatch(/:\/\/|^-|^\s*--(?!hash)|file:/m);
  });
});

test('package-lock.json lists the packages of every platform, or npm ci refuses it', () => {
  const { packages } = JSON.parse(readInRepository('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const listed = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(wanted.filter((name) => !listed.has(name))).toEqual([]);
});

test('package-lock.json names no host', () => {
  expect(readInRepository('package-lock.json')).not.toMatch(/"resolved"/);
});
