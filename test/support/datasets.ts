import type { Store } from '../../activities/ports/store.js';
import type { Dataset } from '../../domain/filter/dataset.js';
import type { BlobRef } from '../../domain/ids.js';
import type { Task } from '../../domain/task/task.js';
import type { SftExample } from '../../domain/training/trainer-protocol.js';

/** A stored dataset of these splits. */
export async function datasetOf(
  store: Store,
  {
    train = [],
    heldOut = [],
    unseen = [],
    examples = [],
  }: { train?: Task[]; heldOut?: Task[]; unseen?: Task[]; examples?: SftExample[] },
): Promise<BlobRef> {
  const kept = train.length + heldOut.length + unseen.length;
  const counts = { train: train.length, heldOut: heldOut.length, unseen: unseen.length, examples: examples.length };
  return store.putJson({
    kind: 'dataset',
    tasks: {
      train: await store.putLines(train),
      heldOut: await store.putLines(heldOut),
      unseen: await store.putLines(unseen),
    },
    sft: await store.putLines(examples),
    rejects: await store.putLines([]),
    counts: { candidates: kept, kept, ...counts, rejected: {} },
  } satisfies Dataset);
}
