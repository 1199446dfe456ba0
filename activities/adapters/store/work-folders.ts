import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Folders } from '../../ports/folders.js';
import { storeError, writeAtomically } from './atomic-file.js';

/** Work folders below one root of this host. */
export class WorkFolders implements Folders {
  constructor(private readonly root: string) {}

  async work(name: string): Promise<string> {
    const dir = join(this.root, name);
    await mkdir(dir, { recursive: true }).catch((error: unknown) => {
      throw storeError(error, dir);
    });
    return dir;
  }

  async list(dir: string): Promise<string[]> {
    const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
      throw storeError(error, dir);
    });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
      .sort();
  }

  async fillOnce(name: string, fill: (dir: string) => Promise<void>): Promise<string> {
    const dir = join(this.root, name);
    if (await exists(dir)) return dir;
    const aside = `${dir}.${randomUUID()}.part`;
    try {
      await mkdir(aside, { recursive: true });
      await fill(aside);
      await mkdir(dirname(dir), { recursive: true });
      await rename(aside, dir);
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      // Another process was first: its folder has the same content.
      if (!(await exists(dir))) throw storeError(error, dir);
    }
    return dir;
  }

  writeLines(path: string, lines: readonly unknown[]): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    return writeAtomically(path, (aside) => writeFile(aside, text));
  }

  has(dir: string, name: string): Promise<boolean> {
    return exists(join(dir, name));
  }

  async remove(dir: string): Promise<void> {
    await rm(dir, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
