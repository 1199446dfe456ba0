import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this checkout. */
export const repository = resolve(fileURLToPath(new URL('../..', import.meta.url)));

export function inRepository(path: string): string {
  return join(repository, path);
}

export function readInRepository(path: string): string {
  return readFileSync(inRepository(path), 'utf8');
}
