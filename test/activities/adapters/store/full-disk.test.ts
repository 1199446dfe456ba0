import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { storeError } from '../../../../activities/adapters/store/atomic-file.js';
import { FileLedgers } from '../../../../activities/adapters/store/file-ledger.js';
import { FileStore } from '../../../../activities/adapters/store/file-store.js';
import { WorkFolders } from '../../../../activities/adapters/store/work-folders.js';
import { StoreError } from '../../../../domain/errors.js';
import { scratchFolder } from '../../../infra/scratch-folder.js';

/** A file system of 256 KiB, or undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  const folder = join(scratchFolder(), 'small');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  return folder;
}

async function storeErrorOf(work: Promise<unknown>): Promise<StoreError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

function expectFull(error: StoreError): void {
  expect(error.message).toMatch(/^store: .*: the disk is full \(ENOSPC\)$/);
  expect(error.nextStep).toContain('free some space, or set CLAWMILL_STATE');
  expect(error.retryable).toBe(false);
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );

describe('a full disk', () => {
  it('is told as such by every write of the store, and nothing half-written is left', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('mounting a small file system needs root');
    const store = new FileStore(join(disk, 'store'));
    const kept = await store.putJson({ fits: true });
    await store.setName('runs/one', { version: 1 });
    const tooMuch = 'x'.repeat(1_000_000);
    const source = join(scratchFolder(), 'weights.bin');
    writeFileSync(source, tooMuch);
    expectFull(await storeErrorOf(store.putBytes(Buffer.from(tooMuch))));
    expectFull(await storeErrorOf(store.putLines([tooMuch])));
    expectFull(await storeErrorOf(store.putFile(source)));
    expectFull(await storeErrorOf(store.setName('runs/one', { version: 2, tooMuch })));
    expect(filesBelow(disk).sort()).toEqual([kept.sha256, 'one.json'].sort());
    expect(await store.getJson(kept)).toEqual({ fits: true });
    expect(await store.getName('runs/one')).toEqual({ version: 1 });
  });

  it('stops a ledger, which afterwards holds what was appended whole and takes the rest when there is room', async ({
    skip,
  }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('mounting a small file system needs root');
    const filler = join(disk, 'filler');
    writeFileSync(filler, 'x'.repeat(150_000));
    const ledgers = new FileLedgers(disk);
    const ledger = await ledgers.open('batch');
    await ledger.append('first', 'a'.repeat(50_000));
    expectFull(await storeErrorOf(ledger.append('second', 'b'.repeat(200_000))));
    await ledger.close();
    execFileSync('rm', [filler]);
    const again = await ledgers.open('batch');
    expect([...again.entries.keys()]).toEqual(['first']);
    await again.append('third', 'c'.repeat(100));
    await again.close();
    const last = await ledgers.open('batch');
    await last.close();
    expect([...last.entries.keys()]).toEqual(['first', 'third']);
  });

  it('leaves no half-filled folder', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('mounting a small file system needs root');
    const folders = new WorkFolders(disk);
    const store = new FileStore(scratchFolder());
    const weights = await store.putBytes(Buffer.alloc(1_000_000, 'w'));
    expectFull(
      await storeErrorOf(
        folders.fillOnce('checkpoints/one', (aside) => store.getFile(weights, join(aside, 'weights'))),
      ),
    );
    expect(await folders.has(disk, 'checkpoints/one')).toBe(false);
    expect(filesBelow(disk)).toEqual([]);
  });
});

describe('errors of the file system', () => {
  it.each(['EACCES', 'EPERM', 'EROFS'])('%s is told as denied access, which waiting does not mend', (code) => {
    const error = storeError(Object.assign(new Error('no'), { code }), '/state/store/x');
    expect(error.message).toBe(`store: /state/store/x: access is denied (${code})`);
    expect(error.nextStep).toContain('give this user write access');
    expect(error.retryable).toBe(false);
  });

  it.each(['ENOSPC', 'EDQUOT'])('%s is told as a full disk', (code) => {
    expect(storeError(Object.assign(new Error('no'), { code }), '/x')).toMatchObject({ retryable: false });
    expect(storeError(Object.assign(new Error('no'), { code }), '/x').message).toContain('the disk is full');
  });

  it('of other kinds may go away by themselves', () => {
    const error = storeError(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }), '/x');
    expect(error).toMatchObject({ retryable: true, message: 'store: /x: EIO: i/o error (EIO)' });
  });

  it('are not wrapped twice', () => {
    const error = new StoreError('known');
    expect(storeError(error, '/x')).toBe(error);
  });

  it('come up where a file system may only be read', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('mounting a small file system needs root');
    const store = new FileStore(join(disk, 'store'));
    const ref = await store.putJson('kept');
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect((await storeErrorOf(store.putJson('new'))).message).toContain('access is denied (EROFS)');
    expect((await storeErrorOf(store.setName('runs/one', 1))).message).toContain('access is denied (EROFS)');
    expect((await storeErrorOf(new FileLedgers(disk).open('batch'))).message).toContain('access is denied (EROFS)');
    expect(await store.getJson(ref)).toBe('kept');
  });
});
