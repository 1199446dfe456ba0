import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { SandboxPool } from '../../../../activities/adapters/sandbox/sandbox-pool.js';
import type { Sandbox, SandboxDriver, SandboxSpec } from '../../../../activities/ports/sandbox.js';
import { SandboxError } from '../../../../domain/errors.js';
import { smallLimits } from './actions.js';

const spec: SandboxSpec = { runId: 'run', attemptId: 'one', lifetimeSeconds: 60, limits: smallLimits };

/** A driver whose sandboxes are only counted: the pool's promises are about order and number. */
class CountingDriver implements SandboxDriver {
  readonly name = 'bubblewrap';
  readonly live = new Set<string>();
  readonly created: SandboxSpec[] = [];
  creating = 0;
  mostAtOnce = 0;
  failing = false;

  async create(wanted: SandboxSpec): Promise<Sandbox> {
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.creating += 1));
    await sleep(5);
    this.creating -= 1;
    if (this.failing) throw new SandboxError('engine down', { retryable: true });
    const id = String(this.created.push(wanted));
    this.live.add(id);
    const destroy = async (): Promise<void> => void this.live.delete(id);
    return { id, destroy, alive: true } as unknown as Sandbox;
  }

  reap = async (): Promise<number> => 0;
  probe = async (): Promise<string> => 'counting';
}

function poolOf(driver: CountingDriver, warm: number) {
  return new SandboxPool(driver, { warm, onError: () => undefined });
}

describe('the sandbox pool', () => {
  it('gives every sandbox out once and fills its place in the background', async () => {
    const driver = new CountingDriver();
    const pool = poolOf(driver, 2);
    const ids: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const sandbox = await pool.acquire(spec);
      ids.push(sandbox.id);
      await sandbox.destroy();
      await vi.waitFor(() => expect(driver.live.size).toBe(2));
    }
    expect(new Set(ids).size).toBe(6);
    await pool.close();
    expect(driver.live.size).toBe(0);
  });

  it('never makes more than four at once, whoever asks', async () => {
    const driver = new CountingDriver();
    const pool = poolOf(driver, 8);
    await Promise.all(Array.from({ length: 30 }, () => pool.acquire(spec)));
    expect(driver.mostAtOnce).toBe(4);
    await pool.close();
  });

  it('gives a sandbox of the limits asked for, with its whole lifetime before it', async () => {
    const driver = new CountingDriver();
    const pool = poolOf(driver, 1);
    await pool.acquire(spec);
    await vi.waitFor(() => expect(driver.created).toHaveLength(2));
    const other = { ...spec, limits: { ...smallLimits, pids: 99 } };
    const found = await pool.acquire(other);
    expect(driver.created[Number(found.id) - 1]?.limits.pids).toBe(99);
    const long = await pool.acquire({ ...spec, lifetimeSeconds: 3_600 });
    expect(driver.created[Number(long.id) - 1]?.lifetimeSeconds).toBeGreaterThanOrEqual(3_600);
    await pool.close();
  });

  it('destroys what was used though the work failed', async () => {
    const driver = new CountingDriver();
    const pool = poolOf(driver, 0);
    await expect(pool.use(spec, () => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    expect(driver.live.size).toBe(0);
  });

  it('passes on the error of an engine that is down, and works again when it is up', async () => {
    const driver = new CountingDriver();
    const pool = poolOf(driver, 2);
    driver.failing = true;
    await expect(pool.acquire(spec)).rejects.toBeInstanceOf(SandboxError);
    driver.failing = false;
    await expect(pool.acquire(spec)).resolves.toBeDefined();
    await pool.close();
    await expect(pool.acquire(spec)).rejects.toBeInstanceOf(SandboxError);
  });
});
