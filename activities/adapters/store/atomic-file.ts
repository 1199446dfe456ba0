import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError } from '../../../domain/errors.js';

/**
 * Writes aside, syncs, then renames: a reader sees the whole file or none, also after a power cut. `fill` gets the path to write
 * to. Errors of the disk become StoreError that name the file; a full disk is not retryable, for waiting does not help.
 */
export async function writeAtomically(path: string, fill: (aside: string) => Promise<void>): Promise<void> {
  const aside = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await fill(aside);
    const handle = await open(aside, 'r');
    await handle.sync().finally(() => handle.close());
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw storeError(error, path);
  }
}

/** Puts a file system error into words. */
export function storeError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const { code: given = 'unknown', syscall } = error as NodeJS.ErrnoException;
  // Node's recursive mkdir, which makes what lacks, reports a read-only file system as a folder that is not there.
  const code = given === 'ENOENT' && syscall === 'mkdir' ? 'EROFS' : given;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  const nextStep = full
    ? 'free some space, or set CLAWMILL_STATE to a folder on a larger disk, then: clawmill resume RUN'
    : denied
      ? 'give this user write access to the folder, or set CLAWMILL_STATE to another'
      : undefined;
  const reason = full ? 'the disk is full' : denied ? 'access is denied' : (error as Error).message;
  return new StoreError(`store: ${path}: ${reason} (${code})`, {
    retryable: !full && !denied,
    cause: error,
    ...(nextStep === undefined ? {} : { nextStep }),
  });
}
