import { describe, expect, it } from 'vitest';
import { planTasks, taskKinds } from '../../../../activities/synthesize/procedural/generate-task.js';
import { TaskError } from '../../../../domain/errors.js';

describe('planTasks', () => {
  it('takes the kinds in turn', () => {
    const plan = planTasks({ count: 2 * taskKinds.length, seed: 1, retellings: 1 });
    expect(plan.map(({ kind }) => kind)).toEqual([...taskKinds, ...taskKinds]);
  });

  it('never plans a task twice', () => {
    const plan = planTasks({ count: 13_500, seed: 1, retellings: 3 });
    expect(new Set(plan.map((planned) => JSON.stringify(planned))).size).toBe(13_500);
  });

  it('begins a longer plan with the shorter one', () => {
    const options = { seed: 4, retellings: 2, kinds: ['csv-sum', 'log-level'] };
    expect(planTasks({ ...options, count: 50 }).slice(0, 21)).toEqual(planTasks({ ...options, count: 21 }));
  });

  it('tells each program as often as asked before it takes the next', () => {
    const plan = planTasks({ count: 6, seed: 9, retellings: 3, kinds: ['csv-sum'] });
    expect(plan.map(({ retelling }) => retelling)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(new Set(plan.map(({ seed }) => seed)).size).toBe(2);
  });

  it('plans other programs for another seed', () => {
    const seeds = [1, 2].map((seed) => planTasks({ count: 3, seed, retellings: 1, kinds: ['csv-sum'] })[0]?.seed);
    expect(seeds[0]).not.toBe(seeds[1]);
  });

  it('refuses kinds that there are not, and no kinds at all', () => {
    expect(() => planTasks({ count: 1, seed: 1, retellings: 1, kinds: ['csv-dance'] })).toThrow(TaskError);
    expect(() => planTasks({ count: 1, seed: 1, retellings: 1, kinds: [] })).toThrow(TaskError);
  });
});
