import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { processIsAlive } from '../setup/lock.mjs';

/** What is known of a started server, so that the next command finds it instead of starting another. */
const serverRecordSchema = z.object({
  pid: z.number().int().positive(),
  /** As processStartTime gives it: a reused pid is not our server. */
  startTime: z.string(),
  address: z.string(),
  port: z.number().int(),
  /** Absent when headless. */
  uiPort: z.number().int().optional(),
});
export type ServerRecord = z.infer<typeof serverRecordSchema>;

const recordFile = (stateDir: string): string => join(stateDir, 'temporal-server.json');

export function writeServerRecord(stateDir: string, record: ServerRecord): void {
  const aside = `${recordFile(stateDir)}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(record)}\n`);
  renameSync(aside, recordFile(stateDir));
}

/** The last server's record, whether it runs or not; undefined where there is none or it makes no sense. */
export function readServerRecord(stateDir: string): ServerRecord | undefined {
  try {
    return serverRecordSchema.parse(JSON.parse(readFileSync(recordFile(stateDir), 'utf8')));
  } catch {
    return undefined;
  }
}

export function isRunning(record: ServerRecord): boolean {
  return processIsAlive(record.pid, record.startTime);
}

export function removeServerRecord(stateDir: string): void {
  rmSync(recordFile(stateDir), { force: true });
}
