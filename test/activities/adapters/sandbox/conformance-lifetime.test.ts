import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it, vi } from 'vitest';

import type { SandboxDriver } from '../../../../activities/ports/sandbox.js';
import { SandboxError } from '../../../../domain/errors.js';
import { textFile } from '../../../../domain/task/workspace.js';
import { shell } from './actions.js';
import { describeDrivers, spec, withSandbox } from './present-drivers.js';

/** Host pids of processes with `marker` as an argument. */
function processesWith(marker: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return argv[0] === 'sleep' && argv.includes(marker) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

let counter = 900_000 + (process.pid % 90_000);
const freshMarker = (): string => String((counter += 1));

async function startController(driver: SandboxDriver, count: number, runId: string, marker: string) {
  const script = fileURLToPath(new URL('doomed-controller.ts', import.meta.url));
  const args = ['--import', 'tsx', script, driver.name, String(count), runId, marker];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describeDrivers('the end of a sandbox', (driver) => {
  it('is told as a retryable SandboxError, to the action in progress and to all later ones', async () => {
    const marker = freshMarker();
    const sandbox = await driver.create(spec);
    const running = sandbox.run(shell(`sleep ${marker}`)).catch((error: unknown) => error);
    await vi.waitFor(() => expect(processesWith(marker)).toHaveLength(1), 5_000);
    const [child] = processesWith(marker);
    process.kill(parentOf(parentOf(child ?? 0)), 'SIGKILL');
    expect(await running).toBeInstanceOf(SandboxError);
    expect(await running).toMatchObject({ retryable: true });
    await expect(sandbox.put('/workspace', [textFile('a', '')])).rejects.toMatchObject({ retryable: true });
    await sandbox.destroy();
  });

  it('frees everything, may be asked for twice, and ends an action in progress', async () => {
    const marker = freshMarker();
    const sandbox = await driver.create(spec);
    const running = sandbox.run(shell(`sleep ${marker}`)).catch((error: unknown) => error);
    await vi.waitFor(() => expect(processesWith(marker)).toHaveLength(1), 5_000);
    await Promise.all([sandbox.destroy(), sandbox.destroy()]);
    expect(await running).toBeInstanceOf(SandboxError);
    expect(processesWith(marker)).toEqual([]);
    expect(await driver.reap({ runId: spec.runId })).toBe(0);
  });

  it('comes within seconds when the controller is killed, however busy its sandboxes are', async () => {
    const marker = freshMarker();
    const runId = `doomed-${marker}`;
    const controller = await startController(driver, 6, runId, marker);
    await vi.waitFor(() => expect(processesWith(marker)).toHaveLength(12), 10_000);
    controller.kill('SIGKILL');
    await vi.waitFor(() => expect(processesWith(marker)).toEqual([]), 5_000);
    await driver.reap({ runId });
    expect(await driver.reap({ runId })).toBe(0);
  });

  it('comes by the reaper for what has expired or lost its owner, and for nothing else', async () => {
    await withSandbox(driver, async (young) => {
      const old = await driver.create({ ...spec, lifetimeSeconds: 0 });
      const isOurs = { runId: spec.runId, expiredAt: Date.now() + 1 };
      expect(await driver.reap({ ...isOurs, runId: 'some other run' })).toBe(0);
      expect(await driver.reap(isOurs)).toBe(1);
      await expect(old.run(shell('true'))).rejects.toBeInstanceOf(SandboxError);
      await old.destroy();
      expect((await young.run(shell('echo alive'))).stdout).toBe('alive\n');
    });
  });

  it('keeps what two sandboxes do apart', async () => {
    await withSandbox(driver, (one) =>
      withSandbox(driver, async (other) => {
        await one.run(shell('echo secret | tee /workspace/f /tmp/f /dev/shm/f /home/agent/f'));
        const { stdout } = await other.run(
          shell('ls /workspace /tmp /dev/shm /home/agent | grep -c "^f$"; ps -e | wc -l'),
        );
        expect(stdout.split('\n')[0]).toBe('0');
      }),
    );
  });

  it('makes and removes 20 at a time without leaving one', async () => {
    const sandboxes = await Promise.all(Array.from({ length: 20 }, () => driver.create(spec)));
    const results = await Promise.all(sandboxes.map((sandbox) => sandbox.run(shell('cat /proc/self/loginuid; id -u'))));
    expect(results.every(({ exitCode }) => exitCode === 0)).toBe(true);
    await Promise.all(sandboxes.map((sandbox) => sandbox.destroy()));
    expect(await driver.reap({ runId: spec.runId })).toBe(0);
  });
});

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
