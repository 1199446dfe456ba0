import { createHash } from 'node:crypto';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../content.js';
import type { Ledger, LedgerFactory } from '../../ports/ledger.js';
import { storeError } from './atomic-file.js';

interface Line {
  id: string;
  value: unknown;
}

/** Ledgers as JSONL files. Each line carries a checksum, so that a torn one is seen whatever it was torn into. */
export class FileLedgers implements LedgerFactory {
  constructor(private readonly root: string) {}

  async open(name: string): Promise<Ledger> {
    const path = join(this.root, `${name}.jsonl`);
    try {
      await mkdir(dirname(path), { recursive: true });
      const { entries, wholeBytes } = readEntries(await readFile(path).catch(() => Buffer.alloc(0)));
      const handle = await open(path, 'a');
      await handle.truncate(wholeBytes);
      return new FileLedger(entries, handle, path);
    } catch (error) {
      throw storeError(error, path);
    }
  }
}

class FileLedger implements Ledger {
  constructor(
    readonly entries: Map<string, unknown>,
    private readonly handle: FileHandle,
    private readonly path: string,
  ) {}

  async append(id: string, value: unknown): Promise<void> {
    const body = canonicalJson({ id, value });
    try {
      // One write of one line: the file is in append mode, so lines of items that end together do not mix.
      await this.handle.appendFile(`${checksum(body)} ${body}\n`);
    } catch (error) {
      throw storeError(error, this.path);
    }
    this.entries.set(id, value);
  }

  async close(): Promise<void> {
    await this.handle.sync().catch(() => undefined);
    await this.handle.close();
  }
}

function readEntries(content: Buffer): { entries: Map<string, unknown>; wholeBytes: number } {
  const entries = new Map<string, unknown>();
  let wholeBytes = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, wholeBytes)) {
    const line = content.toString('utf8', wholeBytes, end);
    const body = line.slice(9);
    if (line.slice(0, 8) !== checksum(body)) break;
    const { id, value } = JSON.parse(body) as Line;
    entries.set(id, value);
    wholeBytes = end + 1;
  }
  return { entries, wholeBytes };
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
