import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StoreError } from '../../../domain/errors.js';
import type { BlobRef } from '../../../domain/ids.js';
import { canonicalJson } from '../../content.js';
import type { Store } from '../../ports/store.js';
import { storeError, writeAtomically } from './atomic-file.js';

/**
 * The store on a local or shared file system: `blobs/ab/abcdef…` by content, `names/…json` for what points to them.
 */
export class FileStore implements Store {
  constructor(private readonly root: string) {}

  async putBytes(bytes: Uint8Array): Promise<BlobRef> {
    const ref = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
    if (!(await this.has(ref)))
      await writeAtomically(this.blobPath(ref), (aside) => writeFile(aside, bytes, { mode: 0o444 }));
    return ref;
  }

  putJson(value: unknown): Promise<BlobRef> {
    return this.putBytes(Buffer.from(canonicalJson(value)));
  }

  putLines(values: readonly unknown[]): Promise<BlobRef> {
    return this.putBytes(Buffer.from(values.map((value) => `${canonicalJson(value)}\n`).join('')));
  }

  async putFile(path: string): Promise<BlobRef> {
    const ref = await hashFile(path).catch((error: unknown) => {
      throw storeError(error, path);
    });
    if (!(await this.has(ref))) await writeAtomically(this.blobPath(ref), (aside) => copyFile(path, aside));
    return ref;
  }

  async getBytes(ref: BlobRef): Promise<Uint8Array> {
    const path = this.blobPath(ref);
    const bytes = await readFile(path).catch((error: unknown) => {
      throw missing(error, ref, path);
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== ref.sha256) throw corrupt(path);
    return bytes;
  }

  async getJson(ref: BlobRef): Promise<unknown> {
    return JSON.parse(Buffer.from(await this.getBytes(ref)).toString('utf8'));
  }

  async getLines(ref: BlobRef): Promise<unknown[]> {
    const text = Buffer.from(await this.getBytes(ref)).toString('utf8');
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown);
  }

  async getFile(ref: BlobRef, path: string): Promise<void> {
    const source = this.blobPath(ref);
    const found = await hashFile(source).catch((error: unknown) => {
      throw missing(error, ref, source);
    });
    if (found.sha256 !== ref.sha256) throw corrupt(source);
    try {
      await mkdir(dirname(path), { recursive: true });
      await rm(path, { force: true });
      await link(source, path).catch(() => copyFile(source, path));
    } catch (error) {
      throw storeError(error, path);
    }
  }

  async setName(name: string, value: unknown): Promise<void> {
    await writeAtomically(this.namePath(name), (aside) => writeFile(aside, canonicalJson(value)));
  }

  async getName(name: string): Promise<unknown> {
    const path = this.namePath(name);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw storeError(error, path);
    });
    return text === undefined ? undefined : JSON.parse(text);
  }

  async listNames(prefix: string): Promise<string[]> {
    const folder = join(this.root, 'names', prefix);
    const entries = await readdir(folder, { recursive: true }).catch(() => []);
    return entries
      .filter((entry) => entry.endsWith('.json'))
      .map((entry) => `${prefix}/${entry.slice(0, -'.json'.length)}`)
      .sort();
  }

  private async has(ref: BlobRef): Promise<boolean> {
    const found = await stat(this.blobPath(ref)).catch(() => undefined);
    return found?.size === ref.bytes;
  }

  private blobPath(ref: BlobRef): string {
    return join(this.root, 'blobs', ref.sha256.slice(0, 2), ref.sha256);
  }

  private namePath(name: string): string {
    if (!/^[\w@.-]+(\/[\w@.-]+)*$/.test(name) || name.split('/').includes('..')) {
      throw new StoreError(`store: "${name}" is no usable name`);
    }
    return join(this.root, 'names', `${name}.json`);
  }
}

async function hashFile(path: string): Promise<BlobRef> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size };
}

function corrupt(path: string): StoreError {
  return new StoreError(`store: ${path} does not hold what its name says (cut off or changed)`, {
    nextStep: 'delete that file and run again with the same config: the stage that made it is done anew',
  });
}

function missing(error: unknown, ref: BlobRef, path: string): StoreError {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return storeError(error, path);
  return new StoreError(`store: blob ${ref.sha256} is not here (${path})`, {
    nextStep: 'use the CLAWMILL_STATE folder in which the run was made',
  });
}
