import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTask, planTasks } from '../../../activities/synthesize/procedural/generate-task.js';
import { splitTasks, type Split, type SplitTask } from '../../../domain/filter/split.js';
import { operationPath } from '../../../domain/task/task.js';

const tasks = planTasks({ count: 930, seed: 2, retellings: 2 }).map(({ kind, seed, retelling }) =>
  generateTask(kind, seed, retelling),
);
const options = { seed: 7, heldOutShare: 0.2, unseenPaths: { share: 0.15 } };

const of = (splits: Map<string, Split>, split: Split): typeof tasks =>
  tasks.filter(({ id }) => splits.get(id) === split);

const task = (id: string, family: string, operations: string[], command = id): SplitTask => ({
  id,
  family,
  operations,
  teacher: [{ tool: 'exec', command }],
  provenance: { kind: operations.join('-') },
});

describe('splitTasks', () => {
  const splits = splitTasks(tasks, options);

  it('keeps families whole', () => {
    const splitsOf = new Map<string, Set<Split | undefined>>();
    for (const { id, family } of tasks) {
      splitsOf.set(family, (splitsOf.get(family) ?? new Set()).add(splits.get(id)));
    }
    expect([...splitsOf.values()].filter((found) => found.size !== 1)).toEqual([]);
  });

  it('never trains on a demonstration that it measures with', () => {
    const trained = new Set(of(splits, 'train').map(({ teacher }) => JSON.stringify(teacher)));
    expect(of(splits, 'held-out').filter(({ teacher }) => trained.has(JSON.stringify(teacher)))).toEqual([]);
  });

  it('holds out the share asked for of every path that is trained on', () => {
    const paths = new Set(of(splits, 'train').map(operationPath));
    expect(new Set(of(splits, 'held-out').map(operationPath))).toEqual(paths);
    const seen = of(splits, 'held-out').length + of(splits, 'train').length;
    expect(of(splits, 'held-out').length / seen).toBeCloseTo(0.2, 1);
  });

  it('chooses whole paths as unseen whose operations are all trained on elsewhere', () => {
    const trainedPaths = new Set(of(splits, 'train').map(operationPath));
    const unseenPaths = new Set(of(splits, 'unseen').map(operationPath));
    expect(unseenPaths.size).toBe(5);
    expect([...unseenPaths].filter((path) => trainedPaths.has(path))).toEqual([]);
    const trained = new Set(of(splits, 'train').flatMap(({ operations }) => operations));
    const parts = of(splits, 'unseen').flatMap(({ operations }) => operations);
    expect(parts.filter((operation) => !trained.has(operation))).toEqual([]);
  });

  it('does not depend on the order of the tasks', () => {
    const turned = splitTasks([...tasks].reverse(), options);
    expect([...turned].sort()).toEqual([...splits].sort());
  });

  it('draws otherwise with another seed', () => {
    expect(splitTasks(tasks, { ...options, seed: 8 })).not.toEqual(splits);
  });

  it('takes unseen paths by kind and by path', () => {
    const named = splitTasks(tasks, { ...options, unseenPaths: ['csv-sum-where', 'files.select>files.move'] });
    const kinds = new Set(of(named, 'unseen').map(({ provenance }) => provenance.kind));
    expect([...kinds].sort()).toEqual(['csv-sum-where', 'files-move']);
  });

  it('has nothing unseen and nothing held out where none is asked for', () => {
    const all = splitTasks(tasks, { seed: 1, heldOutShare: 0 });
    expect(new Set(all.values())).toEqual(new Set(['train']));
  });

  it('makes a family unseen that has one task on an unseen path', () => {
    const pair = [task('t1', 'f', ['a', 'b']), task('t2', 'f', ['a']), task('t3', 'g', ['a'])];
    const split = splitTasks(pair, { seed: 1, heldOutShare: 0, unseenPaths: ['a>b'] });
    expect([...split]).toEqual([
      ['t1', 'unseen'],
      ['t2', 'unseen'],
      ['t3', 'train'],
    ]);
  });

  it('leaves a path with one family in training', () => {
    expect([...splitTasks([task('t1', 'f', ['a'])], { seed: 1, heldOutShare: 0.9 }).values()]).toEqual(['train']);
  });

  it('keeps bonds of family and demonstration together, however they chain', () => {
    const name = (prefix: string): fc.Arbitrary<string> => fc.nat({ max: 6 }).map((number) => `${prefix}${number}`);
    const some = fc.uniqueArray(fc.tuple(fc.nat(), name('f'), name('p'), name('c')), { selector: ([id]) => id });
    fc.assert(
      fc.property(some, fc.nat(), (drawn, seed) => {
        const found = drawn.map(([id, family, path, command]) => task(`t${id}`, family, [path], command));
        const split = splitTasks(found, { seed, heldOutShare: 0.3, unseenPaths: ['p0'] });
        const sides = new Map<string, Set<Split | undefined>>();
        for (const { id, family, teacher } of found) {
          for (const bond of [family, JSON.stringify(teacher)]) {
            sides.set(bond, (sides.get(bond) ?? new Set()).add(split.get(id)));
          }
        }
        expect([...sides.values()].every((side) => side.size === 1)).toBe(true);
        const again = splitTasks([...found].reverse(), { seed, heldOutShare: 0.3, unseenPaths: ['p0'] });
        expect([...again].sort()).toEqual([...split].sort());
      }),
    );
  });
});
