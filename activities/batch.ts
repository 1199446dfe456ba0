import type { Pulse } from './heartbeat.js';
import type { Ledger } from './ports/ledger.js';
import { SandboxError } from '../domain/errors.js';

export interface BatchOptions<Item, Value> {
  items: readonly Item[];
  id: (item: Item) => string;
  work: (item: Item) => Promise<Value>;
  ledger: Ledger;
  concurrency: number;
  pulse: Pulse;
}

/** Tries for an item whose sandbox broke, before the whole batch goes back to Temporal's own retries. */
const triesPerItem = 3;

/**
 * Does each item that the ledger does not hold yet, some at a time, and appends its result. Called again after a crash it goes on
 * where the ledger ends: only what was in flight is done twice. Resolves with the values in the items' order.
 */
export async function runBatch<Item, Value>(options: BatchOptions<Item, Value>): Promise<Value[]> {
  const { items, id, work, ledger, concurrency, pulse } = options;
  const missing = items.filter((item) => !ledger.entries.has(id(item)));
  let done = items.length - missing.length;
  const beat = (): void => {
    pulse.beat({ done, of: items.length });
  };
  const timer = setInterval(beat, 1000);
  try {
    beat();
    await eachBounded(missing, concurrency, async (item) => {
      pulse.signal.throwIfAborted();
      await ledger.append(id(item), await retryInfrastructure(() => work(item)));
      done += 1;
    });
    return items.map((item) => ledger.entries.get(id(item)) as Value);
  } finally {
    clearInterval(timer);
  }
}

/** Runs `work` over the items, at most `width` at once. The first failure stops new starts and is thrown when the rest have ended. */
export async function eachBounded<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lanes = Array.from({ length: Math.min(width, items.length) }, async () => {
    while (next < items.length && !failed) {
      const item = items[next] as Item;
      next += 1;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  });
  const ends = await Promise.allSettled(lanes);
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
}

async function retryInfrastructure<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SandboxError) || !error.retryable || tried === triesPerItem) throw error;
    }
  }
}
