import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { processIsAlive, processStartTime, withLock } from '../../../infra/setup/lock.mjs';
import { scratchFolder } from '../scratch-folder.js';

const lockModule = fileURLToPath(new URL('../../../infra/setup/lock.mjs', import.meta.url));

/** A process that takes the lock and keeps it until it is killed. */
async function holder(path: string): Promise<ReturnType<typeof spawn>> {
  const script = `import { withLock } from ${JSON.stringify(lockModule)};
    await withLock(${JSON.stringify(path)}, {}, () => new Promise(() => { console.log('held'); setInterval(() => {}, 1000); }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('the work runs alone and the lock goes away, whether it succeeds or throws', async () => {
  const path = join(scratchFolder(), 'lock');
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(path, { pollMs: 1 }, work)));
  expect(most).toBe(1);
  await expect(withLock(path, {}, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  expect(existsSync(path)).toBe(false);
});

test('a live holder is waited for, and named; killed, it is taken over from', async () => {
  const path = join(scratchFolder(), 'lock');
  const other = await holder(path);
  const waitedFor: number[] = [];
  const taken = withLock(path, { pollMs: 10, onWait: (pid) => waitedFor.push(pid) }, () => Promise.resolve('mine'));
  await sleep(100);
  expect(waitedFor).toEqual([other.pid]);
  other.kill('SIGKILL');
  await expect(taken).resolves.toBe('mine');
});

test('a lock whose pid now belongs to another process is taken over', async () => {
  const path = join(scratchFolder(), 'lock');
  writeFileSync(path, `${process.pid} 1 somebody-before-us`);
  await expect(withLock(path, {}, () => Promise.resolve('mine'))).resolves.toBe('mine');
});

test('a lock file without sense is taken over', async () => {
  const path = join(scratchFolder(), 'lock');
  writeFileSync(path, '');
  await expect(withLock(path, {}, () => Promise.resolve('mine'))).resolves.toBe('mine');
});

test('of many who find a dead lock, one at a time gets it', async () => {
  const path = join(scratchFolder(), 'lock');
  writeFileSync(path, '999999999 1 dead');
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLock(path, { pollMs: 1 }, async () => {
        inside += 1;
        expect(inside).toBe(1);
        expect(readFileSync(path, 'utf8')).toContain(`${process.pid} `);
        await sleep(2);
        inside -= 1;
      }),
    ),
  );
});

test('a process is known by pid and start time together', () => {
  expect(processIsAlive(process.pid, processStartTime(process.pid))).toBe(true);
  expect(processIsAlive(process.pid, '1')).toBe(false);
  expect(processIsAlive(Number.NaN, '')).toBe(false);
});
