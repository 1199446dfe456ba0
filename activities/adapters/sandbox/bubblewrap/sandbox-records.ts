import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

const processIdentitySchema = z.object({ pid: z.number(), startTime: z.string() });

/** What is needed to remove a sandbox that its owner left behind. */
const sandboxRecordSchema = z.object({
  id: z.string(),
  runId: z.string(),
  attemptId: z.string(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  owner: processIdentitySchema,
  /** bubblewrap's process; absent until it is started. */
  sandbox: processIdentitySchema.optional(),
  cgroups: z.array(z.string()),
});
export type SandboxRecord = z.infer<typeof sandboxRecordSchema>;

/** One small file a sandbox, written before there is anything to leave behind. */
export class SandboxRecords {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  write(record: SandboxRecord): void {
    writeFileSync(this.path(record.id), JSON.stringify(record));
  }

  remove(id: string): void {
    rmSync(this.path(id), { force: true });
  }

  all(): SandboxRecord[] {
    return readdirSync(this.folder).flatMap((name) => this.read(join(this.folder, name)));
  }

  /** Nothing for a file that is being written or has just been removed. */
  private read(path: string): SandboxRecord[] {
    try {
      return [sandboxRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8')))];
    } catch {
      return [];
    }
  }

  private path(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}
