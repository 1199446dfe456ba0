import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Builds a folder under another name and renames it when it is whole, so that `target` is never half of something.
 * What cut-off builds left is removed first; the name is this process's own, for a command that outlived its set-up may
 * still be writing to the old one. A target that holds `proof` (a path below it) is left as it is; one that lacks it
 * was damaged afterwards and is built anew. The caller holds the lock.
 */
export async function buildAside(
  target: string,
  proof: string,
  build: (aside: string) => Promise<void>,
): Promise<void> {
  if (existsSync(join(target, proof))) return;
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(target);
  const aside = `${target}.part-${process.pid}`;
  await build(aside);
  await rm(target, { recursive: true, force: true });
  await rename(aside, target);
}

async function removeLeftovers(target: string): Promise<void> {
  const leftovers = (await readdir(dirname(target))).filter((name) => name.startsWith(`${basename(target)}.part-`));
  // Somebody may still be adding files: a few tries see them off.
  const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };
  await Promise.all(leftovers.map((name) => rm(join(dirname(target), name), removal)));
}
