import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

/** What set-up knows of one installed part. */
const partRecordSchema = z.object({
  /** Absolute paths, by a name of the part's own. */
  paths: z.record(z.string(), z.string()),
  /** What was found or measured (versions, sizes, digests), by name. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  /** How long it took to prepare. */
  seconds: z.number(),
});
export type PartRecord = z.infer<typeof partRecordSchema>;

const recordsSchema = z.record(z.string(), partRecordSchema);
export type Records = z.infer<typeof recordsSchema>;

/** Keyed by name and pins: checkouts with other pins share the cache without seeing each other's parts. */
export function recordName(part: { name: string; key(): string }): string {
  return `${part.name}-${part.key()}`;
}

const recordsFile = (cacheDir: string): string => join(cacheDir, 'parts.json');

/** An unreadable file is as good as none: set-up then looks at what is there and writes it anew. */
export function readRecords(cacheDir: string): Records {
  try {
    return recordsSchema.parse(JSON.parse(readFileSync(recordsFile(cacheDir), 'utf8')));
  } catch {
    return {};
  }
}

export function addRecord(cacheDir: string, name: string, record: PartRecord): void {
  const aside = `${recordsFile(cacheDir)}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify({ ...readRecords(cacheDir), [name]: record }, null, 2)}\n`);
  renameSync(aside, recordsFile(cacheDir));
}
