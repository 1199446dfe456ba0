import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileLedgers } from '../../../../activities/adapters/store/file-ledger.js';
import { scratchFolder } from '../../../infra/scratch-folder.js';

async function written(entries: Record<string, unknown>): Promise<{ ledgers: FileLedgers; file: string }> {
  const root = scratchFolder();
  const ledgers = new FileLedgers(root);
  const ledger = await ledgers.open('stage/0');
  for (const [id, value] of Object.entries(entries)) await ledger.append(id, value);
  await ledger.close();
  return { ledgers, file: join(root, 'stage', '0.jsonl') };
}

async function entriesOf(ledgers: FileLedgers): Promise<Record<string, unknown>> {
  const ledger = await ledgers.open('stage/0');
  await ledger.close();
  return Object.fromEntries(ledger.entries);
}

describe('a ledger', () => {
  it('holds, opened again, what was appended', async () => {
    const { ledgers } = await written({ a: { reward: 1 }, b: [1, 'ü\n文'], c: null });
    expect(await entriesOf(ledgers)).toEqual({ a: { reward: 1 }, b: [1, 'ü\n文'], c: null });
  });

  it('is empty where there was none', async () => {
    expect(await entriesOf(new FileLedgers(scratchFolder()))).toEqual({});
  });

  it('drops a torn last line wherever it was cut, and goes on behind the whole ones', async () => {
    const { ledgers, file } = await written({ first: 'one', last: { text: 'ü'.repeat(5) } });
    const whole = readFileSync(file);
    const firstEnd = whole.indexOf(10) + 1;
    for (let cut = firstEnd; cut < whole.length; cut += 1) {
      writeFileSync(file, whole.subarray(0, cut));
      const ledger = await ledgers.open('stage/0');
      expect([...ledger.entries.keys()]).toEqual(['first']);
      await ledger.append('next', cut);
      await ledger.close();
      expect(await entriesOf(ledgers)).toEqual({ first: 'one', next: cut });
    }
  });

  it('believes no line that does not match its checksum, nor what follows it', async () => {
    const { ledgers, file } = await written({ a: 1, b: 2, c: 3 });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"value":2', '"value":9'));
    expect(await entriesOf(ledgers)).toEqual({ a: 1 });
  });

  it('believes no garbage behind its lines', async () => {
    const { ledgers, file } = await written({ a: 1 });
    appendFileSync(file, Buffer.from([0, 0, 0, 10, 255, 10]));
    expect(await entriesOf(ledgers)).toEqual({ a: 1 });
  });

  it('keeps concurrent appends apart, long and short', async () => {
    const root = scratchFolder();
    const ledger = await new FileLedgers(root).open('many');
    const value = (index: number) => ({ index, pad: String(index).repeat((index * 977) % 4000) });
    await Promise.all(Array.from({ length: 300 }, (_, index) => ledger.append(`item-${String(index)}`, value(index))));
    await ledger.close();
    const again = await new FileLedgers(root).open('many');
    await again.close();
    expect(again.entries.size).toBe(300);
    for (const [id, entry] of again.entries) expect(entry).toEqual(value(Number(id.slice(5))));
  });

  it('keeps the later of two values of one id', async () => {
    const { ledgers } = await written({ a: 1 });
    const ledger = await ledgers.open('stage/0');
    await ledger.append('a', 2);
    await ledger.close();
    expect(await entriesOf(ledgers)).toEqual({ a: 2 });
  });

  it('brings back any JSON value under any id', async () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([id]) => id });
    await fc.assert(
      fc.asyncProperty(entries, async (given) => {
        const ledgers = new FileLedgers(scratchFolder());
        const ledger = await ledgers.open('any');
        for (const [id, value] of given) await ledger.append(id, value);
        await ledger.close();
        const again = await ledgers.open('any');
        await again.close();
        expect([...again.entries]).toEqual(
          given.map(([id, value]) => [id, JSON.parse(JSON.stringify(value)) as unknown]),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('cut to nothing starts anew', async () => {
    const { ledgers, file } = await written({ a: 1 });
    truncateSync(file, 0);
    expect(await entriesOf(ledgers)).toEqual({});
  });
});
