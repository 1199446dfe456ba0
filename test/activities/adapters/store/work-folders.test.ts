import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WorkFolders } from '../../../../activities/adapters/store/work-folders.js';
import { StoreError } from '../../../../domain/errors.js';
import { scratchFolder } from '../../../infra/scratch-folder.js';

const fill = (content: string) => async (dir: string) => {
  writeFileSync(join(dir, 'weights'), content);
};

describe('work folders', () => {
  it('are the same from try to try, with what is in them', async () => {
    const folders = new WorkFolders(scratchFolder());
    const dir = await folders.work('sft/key');
    writeFileSync(join(dir, 'step-5'), '');
    expect(await folders.work('sft/key')).toBe(dir);
    expect(await folders.has(dir, 'step-5')).toBe(true);
    expect(await folders.has(dir, 'step-6')).toBe(false);
  });

  it('list regular files below them, in order, and follow no links', async () => {
    const folders = new WorkFolders(scratchFolder());
    const dir = await folders.work('made');
    mkdirSync(join(dir, 'b'));
    for (const path of ['z.txt', 'b/a.txt']) writeFileSync(join(dir, path), '');
    symlinkSync('/etc', join(dir, 'link'));
    expect(await folders.list(dir)).toEqual(['b/a.txt', 'z.txt']);
    await expect(folders.list(join(dir, 'absent'))).rejects.toThrow(StoreError);
  });

  it('are filled once, by whoever comes first, and are whole when they are seen', async () => {
    const root = scratchFolder();
    const folders = new WorkFolders(root);
    const dirs = await Promise.all(Array.from({ length: 8 }, () => folders.fillOnce('checkpoints/one', fill('same'))));
    expect(new Set(dirs).size).toBe(1);
    expect(readFileSync(join(dirs[0]!, 'weights'), 'utf8')).toBe('same');
    expect(readdirSync(join(root, 'checkpoints'))).toEqual(['one']);
    await folders.fillOnce('checkpoints/one', () => Promise.reject(new Error('filled again')));
  });

  it('are not there when filling them failed, and may be filled afterwards', async () => {
    const root = scratchFolder();
    const folders = new WorkFolders(root);
    const halfway = async (dir: string) => {
      await fill('half')(dir);
      throw new StoreError('cut off');
    };
    await expect(folders.fillOnce('checkpoints/one', halfway)).rejects.toThrow('cut off');
    expect(existsSync(join(root, 'checkpoints', 'one'))).toBe(false);
    const dir = await folders.fillOnce('checkpoints/one', fill('whole'));
    expect(readFileSync(join(dir, 'weights'), 'utf8')).toBe('whole');
  });

  it('take lines as one whole file, and are removed with all they hold', async () => {
    const folders = new WorkFolders(scratchFolder());
    const dir = await folders.work('rl');
    await folders.writeLines(join(dir, 'batch.jsonl'), [{ a: 1 }, 'ü']);
    expect(readFileSync(join(dir, 'batch.jsonl'), 'utf8')).toBe('{"a":1}\n"ü"\n');
    await folders.remove(dir);
    await folders.remove(dir);
    expect(existsSync(dir)).toBe(false);
  });
});
