import { describe, expect, it } from 'vitest';
import { FileLedgers } from '../../activities/adapters/store/file-ledger.js';
import { eachBounded, runBatch, type BatchOptions } from '../../activities/batch.js';
import { ModelError, SandboxError } from '../../domain/errors.js';
import { scratchFolder } from '../infra/scratch-folder.js';
import { pulseOf } from '../support/pulse.js';

type Options = BatchOptions<number, string>;

/** Runs a batch over a real ledger; called again with the same folder it is the same batch resumed. */
async function play(folder: string, options: Partial<Options> & Pick<Options, 'items' | 'work'>): Promise<string[]> {
  const ledger = await new FileLedgers(folder).open('batch');
  const rest = { id: (item: number) => `item-${String(item)}`, concurrency: 2, pulse: pulseOf(), ...options };
  return runBatch({ ...rest, ledger }).finally(() => ledger.close());
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a batch', () => {
  it('gives the values in the order of the items, whatever the order in which they finish', async () => {
    const work = async (item: number) => {
      await pause(30 - item * 10);
      return `done ${String(item)}`;
    };
    expect(await play(scratchFolder(), { items: [0, 1, 2], work, concurrency: 3 })).toEqual([
      'done 0',
      'done 1',
      'done 2',
    ]);
  });

  it('goes on where the ledger ends: what is there is not done again', async () => {
    const folder = scratchFolder();
    const items = [0, 1, 2, 3, 4];
    const crash = (item: number) =>
      item === 3 ? Promise.reject(new Error('killed')) : Promise.resolve(`first ${String(item)}`);
    await expect(play(folder, { items, work: crash, concurrency: 1 })).rejects.toThrow('killed');
    const again: number[] = [];
    const work = (item: number) => {
      again.push(item);
      return Promise.resolve(`second ${String(item)}`);
    };
    const values = await play(folder, { items, work });
    expect(again).toEqual([3, 4]);
    expect(values).toEqual(['first 0', 'first 1', 'first 2', 'second 3', 'second 4']);
    expect(await play(folder, { items, work })).toEqual(values);
    expect(again).toEqual([3, 4]);
  });

  it('has as many items at work as the concurrency allows, and no more', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number) => {
      running += 1;
      most = Math.max(most, running);
      await pause(10);
      running -= 1;
      return String(item);
    };
    await play(scratchFolder(), { items: Array.from({ length: 12 }, (_, index) => index), work, concurrency: 3 });
    expect(most).toBe(3);
  });

  it('tries an item again when its sandbox broke, and the third breakdown goes up', async () => {
    let tries = 0;
    const breaksTwice = () => {
      tries += 1;
      return tries < 3
        ? Promise.reject(new SandboxError('the engine hiccuped', { retryable: true }))
        : Promise.resolve('done');
    };
    expect(await play(scratchFolder(), { items: [0], work: breaksTwice })).toEqual(['done']);
    expect(tries).toBe(3);
    let all = 0;
    const breaks = () => {
      all += 1;
      return Promise.reject(new SandboxError('the engine is gone', { retryable: true }));
    };
    await expect(play(scratchFolder(), { items: [0], work: breaks })).rejects.toThrow('the engine is gone');
    expect(all).toBe(3);
  });

  it.each([
    ['a sandbox error that no retry mends', new SandboxError('no such root')],
    ['an error of another boundary', new ModelError('busy', { retryable: true })],
    ['a mistake in the program', new TypeError('undefined is not a function')],
  ])('throws %s at once', async (_name, error) => {
    let tries = 0;
    const work = () => {
      tries += 1;
      return Promise.reject(error);
    };
    await expect(play(scratchFolder(), { items: [0], work })).rejects.toBe(error);
    expect(tries).toBe(1);
  });

  it('starts nothing new after a failure, but keeps what was in flight', async () => {
    const folder = scratchFolder();
    const started: number[] = [];
    const work = async (item: number) => {
      started.push(item);
      if (item === 0) throw new Error('first failure');
      await pause(50);
      return `kept ${String(item)}`;
    };
    await expect(play(folder, { items: [0, 1, 2, 3], work })).rejects.toThrow('first failure');
    expect(started).toEqual([0, 1]);
    const ledger = await new FileLedgers(folder).open('batch');
    await ledger.close();
    expect([...ledger.entries]).toEqual([['item-1', 'kept 1']]);
  });

  it('stops between items when it is cancelled, with the reason, and keeps what it has', async () => {
    const folder = scratchFolder();
    const controller = new AbortController();
    const work = (item: number) => {
      if (item === 1) controller.abort(new Error('the worker shuts down'));
      return Promise.resolve(String(item));
    };
    const cancelled = play(folder, { items: [0, 1, 2, 3], work, concurrency: 1, pulse: pulseOf(controller) });
    await expect(cancelled).rejects.toThrow('the worker shuts down');
    const ledger = await new FileLedgers(folder).open('batch');
    await ledger.close();
    expect([...ledger.entries.keys()]).toEqual(['item-0', 'item-1']);
  });

  it('beats while items take long, with how far it is, counting what the ledger held', async () => {
    const folder = scratchFolder();
    await play(folder, { items: [0], work: () => Promise.resolve('before') });
    const pulse = pulseOf();
    const work = async (item: number) => {
      await pause(item === 1 ? 10 : 1300);
      return String(item);
    };
    await play(folder, { items: [0, 1, 2], work, pulse });
    expect(pulse.beats[0]).toEqual({ done: 1, of: 3 });
    expect(pulse.beats).toContainEqual({ done: 2, of: 3 });
    const beats = pulse.beats.length;
    await pause(1200);
    expect(pulse.beats).toHaveLength(beats);
  });
});

describe('bounded work', () => {
  it('does nothing with no items, and is not wider than they are', async () => {
    await eachBounded([], 4, () => Promise.reject(new Error('called')));
    const seen: number[] = [];
    await eachBounded([1, 2], 50, async (item) => {
      seen.push(item);
    });
    expect(seen).toEqual([1, 2]);
  });
});
