import { describe, expect, it } from 'vitest';
import { generateTask, taskKinds } from '../../../../activities/synthesize/procedural/generate-task.js';
import type { ToolCall } from '../../../../domain/attempt/tool-call.js';
import { folderWorkbench as workbench } from './workbench.js';
import { cheatsFor } from './cheats.js';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

describe.each(taskKinds)('a task of kind %s', (kind) => {
  const tasks = seeds.map((seed) => generateTask(kind, seed, seed % 6));
  const gradeAll = (callsOf: (task: (typeof tasks)[number]) => readonly ToolCall[]): Promise<Record<string, number>[]> =>
    workbench.grade(tasks.map((task) => ({ task, calls: callsOf(task) })));

  it('gives its oracle every check', async () => {
    const graded = await gradeAll((task) => task.oracle);
    expect(graded.filter((checks) => Object.values(checks).some((value) => value !== 1))).toEqual([]);
    expect(graded.every((checks) => Object.keys(checks).length >= 3)).toBe(true);
  });

  it('gives its teacher every check', async () => {
    const graded = await gradeAll((task) => task.teacher);
    expect(graded.filter((checks) => Object.values(checks).some((value) => value !== 1))).toEqual([]);
  });

  it('gives an untouched workspace no check at all', async () => {
    const graded = await gradeAll(() => []);
    expect(graded.filter((checks) => Object.values(checks).some((value) => value !== 0))).toEqual([]);
  });

  it('gives cheats nothing', async () => {
    const trials = tasks.slice(0, 4).flatMap((task) => cheatsFor(task).map((calls) => ({ task, calls })));
    const graded = await workbench.grade(trials);
    const rewarded = graded.flatMap((checks, index) =>
      Object.values(checks).some((value) => value !== 0) ? [{ checks, calls: trials[index]?.calls }] : [],
    );
    expect(rewarded).toEqual([]);
  });
});
