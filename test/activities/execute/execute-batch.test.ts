import { describe, expect, it } from 'vitest';
import { executeBatch } from '../../../activities/execute/execute-batch.js';
import { attemptSchema } from '../../../domain/attempt/attempt.js';
import { activityDeps, configOf } from '../../support/activity-deps.js';
import { pulseOf } from '../../support/pulse.js';
import { taskId, taskOf } from '../../support/tasks.js';

const tasks = [taskOf(), taskOf({ id: taskId(2) })];

async function executed(set: Record<string, unknown> = {}) {
  const deps = activityDeps();
  const input = {
    runId: 'r',
    key: 'execute',
    index: 0,
    config: configOf(set),
    inputs: { tasks: await deps.store.putLines(tasks) },
  };
  const batch = await executeBatch(input, deps, pulseOf());
  return {
    deps,
    input,
    batch,
    attempts: (await deps.store.getLines(batch.chunk)).map((line) => attemptSchema.parse(line)),
  };
}

describe('executing a batch', () => {
  it('plays every agent on every task, in order, whatever finishes first', async () => {
    const { batch, attempts } = await executed({ 'execute.concurrency': 6 });
    expect(batch.count).toBe(6);
    expect(attempts.map(({ id }) => id)).toEqual(
      tasks.flatMap(({ id }) => ['oracle', 'null', 'teacher'].map((agent) => `${id}.${agent}.0`)),
    );
  });

  it('gives the same chunk, byte for byte, on another machine', async () => {
    const [one, two] = [await executed(), await executed({ 'execute.concurrency': 1 })];
    expect(two.batch).toEqual(one.batch);
  });

  it('done again after a crash does only what its ledger lacks', async () => {
    const { deps, input, batch } = await executed();
    const before = deps.sandboxes.given.length;
    expect(await executeBatch(input, deps, pulseOf())).toEqual(batch);
    expect(deps.sandboxes.given).toHaveLength(before);
  });

  it('stops a script at the step limit', async () => {
    const { attempts } = await executed({ 'execute.maxSteps': 1 });
    expect(attempts.map(({ agent, trajectory }) => `${agent} ${String(trajectory.steps.length)}`).slice(0, 3)).toEqual([
      'oracle 1',
      'null 0',
      'teacher 1',
    ]);
  });
});
