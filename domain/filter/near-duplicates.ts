import type { Task } from '../task/task.js';

export interface TextItem {
  id: string;
  text: string;
}

export interface DroppedItem {
  id: string;
  /** The item kept in its place. */
  of: string;
  /** Jaccard similarity of the two texts' shingles; 1 for the same text or the same id. */
  similarity: number;
}

const SHINGLE_WORDS = 3;
const SIGNATURE_LENGTH = 128;
/** A near-duplicate may be overlooked as often as this. */
const MISS_RATE = 1e-3;
/** Bounds the work per item, however alike the items are. */
const BUCKET_LIMIT = 32;
const COMPARISON_LIMIT = 32;

/**
 * What makes a task the task it is: its words and its files. Retellings of one program share the files, so they fall at about
 * 0.5 to 0.8 by their words alone; other programs of one kind share the words, and fall lower by their files.
 */
export function taskText(task: Pick<Task, 'instruction' | 'workspace'>): string {
  return [task.instruction, ...task.workspace.flatMap(({ path, content }) => [path, content])].join('\n');
}

/** murmur3's finalizer: spreads every bit of a 32-bit number over all others. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mixed(hash);
}

/** Hashes of all runs of three words, sorted, each once. Case and punctuation do not count. */
function shinglesOf(text: string): Uint32Array {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const shingles = new Set<number>();
  for (let start = 0; start === 0 || start + SHINGLE_WORDS <= words.length; start += 1) {
    shingles.add(hashed(words.slice(start, start + SHINGLE_WORDS).join(' ')));
  }
  return Uint32Array.from(shingles).sort();
}

function jaccard(one: Uint32Array, other: Uint32Array): number {
  let shared = 0;
  for (let left = 0, right = 0; left < one.length && right < other.length;) {
    const difference = (one[left] ?? 0) - (other[right] ?? 0);
    if (difference === 0) shared += 1;
    if (difference <= 0) left += 1;
    if (difference >= 0) right += 1;
  }
  return shared / (one.length + other.length - shared);
}

const multipliers = Uint32Array.from({ length: SIGNATURE_LENGTH }, (_, index) => mixed(index * 2 + 1) | 1);
const offsets = Uint32Array.from({ length: SIGNATURE_LENGTH }, (_, index) => mixed(index * 2 + 2));

/** One key a band of `rows` minimum hashes: two texts share a band's key with probability similarity ** rows. */
function bandKeys(shingles: Uint32Array, rows: number): number[] {
  const signature = new Uint32Array(SIGNATURE_LENGTH).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let row = 0; row < SIGNATURE_LENGTH; row += 1) {
      const value = (Math.imul(shingle, multipliers[row] ?? 1) + (offsets[row] ?? 0)) >>> 0;
      if (value < (signature[row] ?? 0)) signature[row] = value;
    }
  }
  return Array.from({ length: SIGNATURE_LENGTH / rows }, (_, band) =>
    signature.subarray(band * rows, (band + 1) * rows).reduce((key, value) => mixed(key ^ value), band + 1),
  );
}

/** The most selective banding that still finds pairs at the threshold. */
function rowsPerBand(threshold: number): number {
  const missed = (rows: number): number => (1 - threshold ** rows) ** (SIGNATURE_LENGTH / rows);
  return [32, 16, 8, 4, 2].find((rows) => missed(rows) <= MISS_RATE) ?? 1;
}

/**
 * Tells apart the items to keep from those that say nearly the same as an earlier one: Jaccard similarity of word shingles of at
 * least `threshold`, in (0, 1]. Candidates come from MinHash with banded lookup, so the work grows with the number of items and
 * not its square; similarities are exact. The first of several alike is kept, so the order of items matters, and only that.
 */
export function nearDuplicates(
  items: readonly TextItem[],
  options: { threshold: number },
): { keep: string[]; dropped: DroppedItem[] } {
  const rows = rowsPerBand(options.threshold);
  const keep: { id: string; shingles: Uint32Array }[] = [];
  const dropped: DroppedItem[] = [];
  const firstWith = new Map<string, string>();
  const ids = new Set<string>();
  const buckets = new Map<number, number[]>();
  for (const { id, text } of items) {
    const same = ids.has(id) ? id : firstWith.get(text);
    if (same !== undefined) {
      dropped.push({ id, of: same, similarity: 1 });
      continue;
    }
    const shingles = shinglesOf(text);
    const keys = bandKeys(shingles, rows);
    const bandsShared = new Map<number, number>();
    for (const key of keys) {
      for (const index of buckets.get(key) ?? []) bandsShared.set(index, (bandsShared.get(index) ?? 0) + 1);
    }
    const nearest = [...bandsShared]
      .sort(([one, shared], [other, otherShared]) => otherShared - shared || one - other)
      .slice(0, COMPARISON_LIMIT)
      .map(([index]) => ({ index, similarity: jaccard(shingles, keep[index]?.shingles ?? new Uint32Array()) }))
      .reduce((best, found) => (found.similarity > best.similarity ? found : best), { index: -1, similarity: 0 });
    const original = keep[nearest.index];
    if (original !== undefined && nearest.similarity >= options.threshold) {
      dropped.push({ id, of: original.id, similarity: nearest.similarity });
      continue;
    }
    ids.add(id);
    firstWith.set(text, id);
    for (const key of keys) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [keep.length]);
      else if (bucket.length < BUCKET_LIMIT) bucket.push(keep.length);
    }
    keep.push({ id, shingles });
  }
  return { keep: keep.map(({ id }) => id), dropped };
}
