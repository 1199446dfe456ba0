import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileStore } from '../../../../activities/adapters/store/file-store.js';
import { StoreError } from '../../../../domain/errors.js';
import type { BlobRef } from '../../../../domain/ids.js';
import { scratchFolder } from '../../../infra/scratch-folder.js';

function newStore(): { root: string; store: FileStore; blob: (ref: BlobRef) => string } {
  const root = join(scratchFolder(), 'store');
  return { root, store: new FileStore(root), blob: ({ sha256 }) => join(root, 'blobs', sha256.slice(0, 2), sha256) };
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );

async function storeErrorOf(work: Promise<unknown>): Promise<StoreError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

describe('blobs', () => {
  it('are named by their content: equal values have equal refs, whatever the order of keys', async () => {
    const { store } = newStore();
    const ref = await store.putJson({ b: 1, a: [2, 3] });
    expect(ref).toEqual(await store.putJson({ a: [2, 3], b: 1 }));
    expect(ref.sha256).toBe(createHash('sha256').update('{"a":[2,3],"b":1}').digest('hex'));
    expect(ref.bytes).toBe(17);
    expect(await store.getJson(ref)).toEqual({ a: [2, 3], b: 1 });
  });

  it('hold lines, also none, and text in any script', async () => {
    const { store } = newStore();
    expect(await store.getLines(await store.putLines([{ a: 'ü\n文' }, 2, null]))).toEqual([{ a: 'ü\n文' }, 2, null]);
    expect(await store.getLines(await store.putLines([]))).toEqual([]);
  });

  it('cannot be changed in passing: they are written read-only', async () => {
    const { store, blob } = newStore();
    expect(statSync(blob(await store.putBytes(Buffer.from('x')))).mode & 0o222).toBe(0);
  });

  it('are stored once however many put them at the same time, and no half-written file is left', async () => {
    const { store, root } = newStore();
    const bytes = Buffer.alloc(1_000_000, 'x');
    const refs = await Promise.all(Array.from({ length: 20 }, () => store.putBytes(bytes)));
    expect(new Set(refs.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(filesBelow(root)).toEqual([refs[0]?.sha256]);
  });

  it('are never seen half-written by one who reads while they are put', async () => {
    const { store } = newStore();
    const bytes = Buffer.alloc(8_000_000, 'y');
    const ref = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    const writer = { busy: true };
    const put = store.putBytes(bytes).finally(() => {
      writer.busy = false;
    });
    const seen = new Set<string>();
    while (writer.busy) {
      const outcome = await store.getBytes(ref).then(
        (read) => (read.length === bytes.length ? 'whole' : 'partial'),
        (error: unknown) => ((error as Error).message.includes('is not here') ? 'absent' : String(error)),
      );
      seen.add(outcome);
    }
    await put;
    expect([...seen].filter((outcome) => outcome !== 'whole' && outcome !== 'absent')).toEqual([]);
    expect((await store.getBytes(ref)).length).toBe(bytes.length);
  });

  it.each<[string, (path: string) => void]>([
    ['cut off', (path) => truncateSync(path, 5)],
    ['changed in place, at the same size', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('w', 'W'))],
    ['emptied', (path) => truncateSync(path, 0)],
  ])('that were %s are refused, naming the file and the next step, and never read as whole', async (_name, damage) => {
    const { store, blob, root } = newStore();
    const ref = await store.putJson({ what: 'whole' });
    chmodSync(blob(ref), 0o644);
    damage(blob(ref));
    const out = join(root, 'out.json');
    const reads = [
      () => store.getJson(ref),
      () => store.getLines(ref),
      () => store.getBytes(ref),
      () => store.getFile(ref, out),
    ];
    for (const read of reads) {
      const error = await storeErrorOf(read());
      expect(error.message).toContain(blob(ref));
      expect(error.message).toContain('does not hold what its name says');
      expect(error.nextStep).toContain('delete that file');
      expect(error.retryable).toBe(false);
    }
    expect(filesBelow(root)).not.toContain('out.json');
  });

  it('that were cut off are put anew when their content comes again', async () => {
    const { store, blob } = newStore();
    const ref = await store.putJson({ what: 'whole' });
    chmodSync(blob(ref), 0o644);
    truncateSync(blob(ref), 5);
    await store.putJson({ what: 'whole' });
    expect(await store.getJson(ref)).toEqual({ what: 'whole' });
  });

  it('that are not there are told by hash, with what to do', async () => {
    const { store } = newStore();
    const ref = { sha256: 'a'.repeat(64), bytes: 3 };
    const error = await storeErrorOf(store.getJson(ref));
    expect(error.message).toContain(`blob ${ref.sha256} is not here`);
    expect(error.nextStep).toContain('CLAWMILL_STATE');
  });

  it('come from files and go to files, verified', async () => {
    const { store, root } = newStore();
    const source = join(scratchFolder(), 'weights.bin');
    writeFileSync(source, 'weights');
    const ref = await store.putFile(source);
    expect(ref).toEqual(await store.putBytes(Buffer.from('weights')));
    const target = join(root, 'deep', 'er', 'weights.bin');
    await store.getFile(ref, target);
    await store.getFile(ref, target);
    expect(readFileSync(target, 'utf8')).toBe('weights');
    const error = await storeErrorOf(store.putFile(join(root, 'absent')));
    expect(error.message).toContain(join(root, 'absent'));
  });
});

describe('names', () => {
  it('point to a value, replaced as a whole', async () => {
    const { store, root } = newStore();
    expect(await store.getName('runs/one')).toBeUndefined();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.setName('runs/one', { index, pad: 'x'.repeat(50_000) })),
    );
    const value = (await store.getName('runs/one')) as { index: number; pad: string };
    expect(value.pad).toHaveLength(50_000);
    expect(filesBelow(root)).toEqual(['one.json']);
  });

  it('are listed below a prefix, in order; none where there is none', async () => {
    const { store } = newStore();
    for (const name of ['runs/b', 'runs/a', 'runs/deep/c', 'stages/x']) await store.setName(name, 1);
    expect(await store.listNames('runs')).toEqual(['runs/a', 'runs/b', 'runs/deep/c']);
    expect(await store.listNames('nothing')).toEqual([]);
  });

  it.each(['', '/etc/passwd', '../out', 'a/../../b', 'a//b', 'a/', 'a b', 'a\\b', 'a\u0000b'])(
    'of the form %j are refused',
    async (name) => {
      const { store, root } = newStore();
      mkdirSync(root);
      expect((await storeErrorOf(store.setName(name, 1))).message).toContain('is no usable name');
      expect((await storeErrorOf(store.getName(name))).message).toContain('is no usable name');
      expect(filesBelow(root)).toEqual([]);
    },
  );
});
