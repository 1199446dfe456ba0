import { describe, expect, it } from 'vitest';
import type { SandboxActivities } from '../../activities/create-sandbox-activities.js';
import { PolicyUnreachable } from '../../activities/ports/model-errors.js';
import type { Store } from '../../activities/ports/store.js';
import type { StageOutput } from '../../activities/stage-io.js';
import { SandboxError } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import { STATUS_MEMO } from '../../domain/run-status.js';
import { scoredAttempt } from '../support/fake-activities.js';
import { testRun } from '../support/pipeline-run.js';
import type { OpenRun } from '../support/run-workers.js';
import { devServerSuite } from '../support/temporal-suite.js';

const suite = devServerSuite();

async function startRl(run: OpenRun, ...state: unknown[]) {
  const inputs = { dataset: await run.store.putJson('dataset'), checkpoint: await run.store.putJson('sft') };
  return { inputs, handle: await run.startStage('rl', inputs, ...state) };
}

/** Attempts that find nobody at the policy's address `times` times, and are scored otherwise. */
function unreachable(times: number): (store: Store) => Pick<SandboxActivities, 'attemptTask'> {
  let left = times;
  return (store) => ({
    attemptTask: async (input) => {
      if (input.plan.index !== 1 || left === 0) return scoredAttempt(input, store);
      left -= 1;
      throw new PolicyUnreachable(`${input.policy.url} does not answer: connection refused`);
    },
  });
}

describe('the rl loop', () => {
  it('samples, scores and updates as often as the config says, each time from the last checkpoint', async () => {
    const run = await testRun(suite, { set: { 'rl.iterations': 3 } });
    const { inputs, handle } = await startRl(run);
    const { output, summary } = (await handle.result()) as StageOutput;
    expect(summary).toEqual({ iterations: 3, tasks: 6, 'first reward': '0.100', 'last reward': '0.300' });
    const updates = run.inputsOf('updatePolicy');
    expect(updates.map(({ iteration }) => iteration)).toEqual([0, 1, 2]);
    const from = updates.map(({ checkpoint }) => checkpoint);
    expect(from[0]).toEqual(inputs.checkpoint);
    const chain: BlobRef[] = [inputs.checkpoint];
    for (const iteration of [0, 1, 2])
      chain.push(await run.store.putJson({ made: 'rl', iteration, from: chain.at(-1) }));
    expect([...from, output]).toEqual(chain);
    expect(run.inputsOf('openPolicy').map(({ checkpoint }) => checkpoint)).toEqual(from);
    expect(updates[2]?.consumedTaskIds).toEqual(['t0-0', 't0-1', 't1-0', 't1-1', 't2-0', 't2-1']);
    expect((await handle.describe()).memo?.[STATUS_MEMO]).toMatchObject({ done: 12, of: 12, unit: 'attempts' });
  });

  it('gives the update all attempts of its iteration, in the order of the plan', async () => {
    const run = await testRun(suite, { set: { 'rl.iterations': 1, 'rl.attemptsPerTask': 3, 'policy.concurrency': 4 } });
    const { handle } = await startRl(run);
    await handle.result();
    const [update] = run.inputsOf('updatePolicy');
    expect(update?.attempts.map(({ attemptId }) => attemptId)).toEqual(
      ['t0-0', 't0-1'].flatMap((task) => [0, 1, 2].map((index) => `${task}.rl-0.${String(index)}`)),
    );
  });

  it('does not go round at all when no iterations are wanted', async () => {
    const run = await testRun(suite, { set: { 'rl.iterations': 0 } });
    const { inputs, handle } = await startRl(run);
    expect(await handle.result()).toEqual({ output: inputs.checkpoint, summary: { iterations: 0, tasks: 0 } });
    expect(run.inputsOf('openPolicy')).toEqual([]);
  });

  it('goes on from the state that continue-as-new hands over', async () => {
    const run = await testRun(suite, { set: { 'rl.iterations': 3 } });
    const checkpoint = await run.store.putJson('after iteration 2');
    const state = { iteration: 2, checkpoint, consumedTaskIds: ['a', 'b'], rewards: [0.5, 0.6] };
    const { handle } = await startRl(run, state);
    expect(((await handle.result()) as StageOutput).summary).toEqual({
      iterations: 3,
      tasks: 4,
      'first reward': '0.500',
      'last reward': '0.300',
    });
    expect(run.inputsOf('updatePolicy')).toMatchObject([
      { iteration: 2, checkpoint, consumedTaskIds: ['a', 'b', 't2-0', 't2-1'] },
    ]);
  });

  it('opens a policy that went away anew and plays only what is unscored', async () => {
    const run = await testRun(suite, {
      set: { 'rl.iterations': 1, 'rl.tasksPerIteration': 3, 'policy.concurrency': 1 },
      instead: unreachable(2),
    });
    const { handle } = await startRl(run);
    await handle.result();
    expect(run.inputsOf('openPolicy')).toHaveLength(3);
    const played = run.inputsOf('attemptTask').map(({ plan }) => plan.id);
    expect(played).toEqual([
      't0-0.rl-0.0',
      't0-0.rl-0.1',
      't0-0.rl-0.1',
      't0-0.rl-0.1',
      't0-1.rl-0.0',
      't0-1.rl-0.1',
      't0-2.rl-0.0',
      't0-2.rl-0.1',
    ]);
    expect(run.inputsOf('updatePolicy')[0]?.attempts).toHaveLength(6);
  });

  it('gives up on a policy that can never be reached, with the reason', async () => {
    const run = await testRun(suite, { set: { 'rl.iterations': 1 }, instead: unreachable(Infinity) });
    const { handle } = await startRl(run);
    const end = (await handle.result().catch((error: unknown) => error)) as Error;
    expect(String((end.cause as Error).cause)).toContain('does not answer: connection refused');
    expect(run.inputsOf('openPolicy')).toHaveLength(10);
    expect(run.inputsOf('updatePolicy')).toEqual([]);
  });

  it('fails the stage when an attempt fails for another reason after all its retries', async () => {
    const run = await testRun(suite, {
      set: { 'rl.iterations': 1 },
      instead: () => ({
        attemptTask: () => Promise.reject(new SandboxError('the engine is gone', { retryable: true })),
      }),
    });
    const { handle } = await startRl(run);
    await expect(handle.result()).rejects.toThrow();
    expect(
      Math.max(...run.calls.filter(({ activity }) => activity === 'attemptTask').map(({ attempt }) => attempt)),
    ).toBe(3);
    expect(run.inputsOf('openPolicy')).toHaveLength(1);
  });

  it('updates on any gpu worker when the one that served is gone', async () => {
    const run = await testRun(suite, { set: { 'rl.iterations': 1 }, hostAlive: false });
    const { handle } = await startRl(run);
    await handle.result();
    const updates = run.calls.filter(({ activity }) => activity === 'updatePolicy');
    expect(updates.map(({ queue }) => queue)).toEqual([run.engine.queues.gpu]);
  });
});
