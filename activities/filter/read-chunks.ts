import { attemptSchema, type Attempt } from '../../domain/attempt/attempt.js';
import { DatasetInvalid } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import { chunkSetSchema, type ChunkSet } from '../../domain/manifest.js';
import { taskSchema, type Task } from '../../domain/task/task.js';
import { verdictSchema, type Verdict } from '../../domain/verify/verdict.js';
import type { Store } from '../ports/store.js';

/** The manifest that a bulk stage left. Throws DatasetInvalid when the blob is of another kind. */
export async function readChunkSet(store: Store, ref: BlobRef | undefined, kind: ChunkSet['kind']): Promise<ChunkSet> {
  if (!ref) throw new DatasetInvalid(`no ${kind} were given to this stage`);
  const parsed = chunkSetSchema.safeParse(await store.getJson(ref));
  if (!parsed.success || parsed.data.kind !== kind) throw new DatasetInvalid(`blob ${ref.sha256} is no set of ${kind}`);
  return parsed.data;
}

async function readAll<Value>(
  store: Store,
  ref: BlobRef | undefined,
  kind: ChunkSet['kind'],
  parse: (line: unknown) => Value,
): Promise<Value[]> {
  const values: Value[] = [];
  for (const chunk of (await readChunkSet(store, ref, kind)).chunks) {
    values.push(...(await store.getLines(chunk)).map(parse));
  }
  return values;
}

export function readTasks(store: Store, ref: BlobRef | undefined): Promise<Task[]> {
  return readAll(store, ref, 'tasks', (line) => taskSchema.parse(line));
}

export function readAttempts(store: Store, ref: BlobRef | undefined): Promise<Attempt[]> {
  return readAll(store, ref, 'attempts', (line) => attemptSchema.parse(line));
}

export function readVerdicts(store: Store, ref: BlobRef | undefined): Promise<Verdict[]> {
  return readAll(store, ref, 'verdicts', (line) => verdictSchema.parse(line));
}
