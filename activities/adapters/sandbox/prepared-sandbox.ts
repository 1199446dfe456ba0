import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { SandboxError } from '../../../domain/errors.js';

/** What set-up made for the drivers, and where. Absolute paths. */
const preparedSandboxSchema = z.object({
  /** Over the sources of the programs and the recipe of the root. */
  key: z.string(),
  toolServer: z.string(),
  launcher: z.string(),
  seccompProgram: z.string(),
  /** Syscalls that the seccomp program allows, one a line. */
  allowedSyscalls: z.string(),
  /** Unpacked root file system, for bubblewrap. */
  rootDir: z.string().optional(),
  /** Image of the same content, for Docker. It may have been removed since. */
  image: z.string().optional(),
});
export type PreparedSandbox = z.infer<typeof preparedSandboxSchema>;

const file = (cacheDir: string): string => join(cacheDir, 'sandbox', 'prepared.json');

/** Undefined where set-up has not been run, or wrote something else. */
export function findPreparedSandbox(cacheDir: string): PreparedSandbox | undefined {
  try {
    return preparedSandboxSchema.parse(JSON.parse(readFileSync(file(cacheDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Throws SandboxError where set-up has not been run. */
export function readPreparedSandbox(cacheDir: string): PreparedSandbox {
  const prepared = findPreparedSandbox(cacheDir);
  if (prepared !== undefined) return prepared;
  throw new SandboxError(`No sandbox has been set up in ${cacheDir}`, { nextStep: 'npm run setup' });
}

export function writePreparedSandbox(cacheDir: string, prepared: PreparedSandbox): void {
  const aside = `${file(cacheDir)}.${process.pid}`;
  mkdirSync(join(cacheDir, 'sandbox'), { recursive: true });
  writeFileSync(aside, `${JSON.stringify(prepared, null, 2)}\n`);
  renameSync(aside, file(cacheDir));
}
