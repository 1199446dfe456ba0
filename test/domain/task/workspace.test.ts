import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortFiles, textFile, workspacePathSchema, workspaceSchema } from '../../../domain/task/workspace.js';

describe('a path in a workspace', () => {
  it.each(['a', 'a.txt', 'dir/a.txt', '.hidden', '...', 'a..b/c', 'with blank.txt', 'ümlaut/文.txt', 'x'.repeat(512)])(
    'may be %j',
    (path) => {
      expect(workspacePathSchema.safeParse(path).success).toBe(true);
    },
  );

  it.each([
    ['empty', ''],
    ['absolute', '/etc/passwd'],
    ['the parent', '..'],
    ['leading out', '../a'],
    ['leading out from within', 'a/../../b'],
    ['ending in the parent', 'a/..'],
    ['the folder itself', '.'],
    ['through the folder itself', 'a/./b'],
    ['with an empty part', 'a//b'],
    ['ending in a slash', 'a/'],
    ['with NUL', 'a\u0000b'],
    ['with a line break', 'a\nb'],
    ['with DEL', 'a\u007f'],
    ['with a backslash', 'a\\b'],
    ['too long', 'x'.repeat(513)],
  ])('is refused when it is %s', (_name, path) => {
    expect(workspacePathSchema.safeParse(path).success).toBe(false);
  });
});

describe('a workspace', () => {
  it('must be sorted by path, without repeats', () => {
    const [a, b] = [textFile('a', '1'), textFile('b', '2')];
    expect(workspaceSchema.safeParse([a, b]).success).toBe(true);
    expect(workspaceSchema.safeParse([b, a]).success).toBe(false);
    expect(workspaceSchema.safeParse([a, a]).success).toBe(false);
  });

  it('is in order after sorting, whatever the names', () => {
    const names = fc.uniqueArray(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => workspacePathSchema.safeParse(name).success),
    );
    fc.assert(
      fc.property(names, (paths) => {
        expect(workspaceSchema.safeParse(sortFiles(paths.map((path) => textFile(path, '')))).success).toBe(true);
      }),
    );
  });

  it('refuses fields that it does not know', () => {
    expect(workspaceSchema.safeParse([{ ...textFile('a', ''), owner: 'root' }]).success).toBe(false);
  });
});
