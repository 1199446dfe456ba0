import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Builds a folder under another name and renames it when it is whole, so that `target` is never half of something.
 * What an earlier, cut-off build left is removed first. A target that holds `proof` (a path below it) is left as it is;
 * one that lacks it was damaged afterwards and is built anew. The caller holds the lock.
 */
export async function buildAside(
  target: string,
  proof: string,
  build: (aside: string) => Promise<void>,
): Promise<void> {
  if (existsSync(join(target, proof))) return;
  const aside = `${target}.part`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await build(aside);
  await rm(target, { recursive: true, force: true });
  await rename(aside, target);
}
