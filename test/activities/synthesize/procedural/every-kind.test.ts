import { describe, expect, it } from 'vitest';
import { generateTask, taskKinds } from '../../../../activities/synthesize/procedural/generate-task.js';
import type { ToolCall } from '../../../../domain/attempt/tool-call.js';
import type { Task } from '../../../../domain/task/task.js';
import { cheatsFor, trapsFor, type Cheat } from './cheats.js';
import { grade } from './workbench.js';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

/** The trials whose checks are not all what they should be. */
function strays(tasks: readonly Task[], callsOf: (task: Task) => readonly ToolCall[], wanted: 0 | 1): unknown[] {
  const graded = grade(tasks.map((task) => ({ task, calls: callsOf(task) })));
  expect(graded).toHaveLength(tasks.length);
  return graded.flatMap((checks, index) => {
    const values = Object.values(checks);
    const right = values.length >= 3 && values.every((value) => value === wanted);
    return right ? [] : [{ checks, seed: tasks[index]?.provenance.seed }];
  });
}

/** The cheats that got something. */
function rewarded(tasks: readonly Task[], cheatsOf: (task: Task) => Cheat[]): unknown[] {
  const cheats = tasks.flatMap((task) => cheatsOf(task).map((cheat) => ({ task, ...cheat })));
  return grade(cheats).flatMap((checks, index) =>
    Object.values(checks).some((value) => value !== 0) ? [{ checks, cheat: cheats[index]?.name }] : [],
  );
}

describe.each(taskKinds)('a task of kind %s', (kind) => {
  const tasks = seeds.map((seed) => generateTask(kind, seed, seed % 6));

  it('gives its oracle every check', () => {
    expect(strays(tasks, (task) => task.oracle, 1)).toEqual([]);
  });

  it('gives its teacher every check', () => {
    expect(strays(tasks, (task) => task.teacher, 1)).toEqual([]);
  });

  it('gives an untouched workspace no check at all', () => {
    expect(strays(tasks, () => [], 0)).toEqual([]);
  });

  it('gives cheats nothing', () => {
    expect(rewarded(tasks.slice(0, 3), cheatsFor)).toEqual([]);
  });

  it('stays upright, and gives nothing, over outputs that are traps', () => {
    expect(rewarded(tasks.slice(0, 1), trapsFor)).toEqual([]);
  });

  it('takes a check from an oracle that leaves a stray file', () => {
    const stray: ToolCall = { tool: 'write', path: 'stray.tmp', content: 'x' };
    const lost = grade(tasks.slice(0, 3).map((task) => ({ task, calls: [...task.oracle, stray] }))).map(
      (checks) => Object.entries(checks).find(([, value]) => value === 0)?.[0],
    );
    expect(new Set(lost)).toEqual(new Set(['nothing_extra']));
  });
});
