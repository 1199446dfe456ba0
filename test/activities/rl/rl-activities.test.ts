import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PolicyAttemptOutput } from '../../../activities/policy/attempt-plan.js';
import { readCheckpoint } from '../../../activities/policy/checkpoint-files.js';
import type { Store } from '../../../activities/ports/store.js';
import { planIteration, updatePolicy } from '../../../activities/rl/rl-activities.js';
import type { BlobRef } from '../../../domain/ids.js';
import { grpoSampleSchema } from '../../../domain/training/trainer-protocol.js';
import { configOf } from '../../support/activity-deps.js';
import { datasetOf } from '../../support/datasets.js';
import { gpuDeps } from '../../support/fake-trainer.js';
import { pulseOf } from '../../support/pulse.js';
import { attemptOf, taskId, taskOf, verdictOf } from '../../support/tasks.js';

const tasks = Array.from({ length: 5 }, (_, index) => taskOf({ id: taskId(index + 1) }));

describe('planning iterations', () => {
  const config = configOf({ 'rl.tasksPerIteration': 2, 'rl.attemptsPerTask': 3, seed: 4 });
  async function plans(count: number) {
    const { store } = gpuDeps();
    const dataset = await datasetOf(store, { train: tasks });
    return Promise.all(
      Array.from({ length: count }, (_, iteration) => planIteration({ config, dataset, iteration }, store)),
    );
  }

  it('takes each train task once an epoch, in another order each epoch', async () => {
    const order = (await plans(5)).flatMap(({ taskIds }) => taskIds);
    const [first, second] = [order.slice(0, 5), order.slice(5)];
    expect([...first].sort()).toEqual(tasks.map(({ id }) => id));
    expect([...second].sort()).toEqual([...first].sort());
    expect(second).not.toEqual(first);
  });

  it('gives the same plan again, and every attempt an id and a seed of its own', async () => {
    const [one, two] = [await plans(3), await plans(3)];
    expect(two).toEqual(one);
    const attempts = one.flatMap((plan) => plan.attempts);
    expect(attempts).toHaveLength(3 * 2 * 3);
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(attempts.length);
    expect(new Set(attempts.map(({ seed }) => seed)).size).toBe(attempts.length);
    expect(attempts[0]?.temperature).toBe(config.rl.temperature);
  });

  it('plans each task once where there are fewer than an iteration wants', async () => {
    const { store } = gpuDeps();
    const dataset = await datasetOf(store, { train: tasks.slice(0, 1) });
    expect((await planIteration({ config, dataset, iteration: 3 }, store)).taskIds).toEqual([tasks[0]?.id]);
  });
});

/** Scored attempts of one task, one for each reward; `undefined` is an infrastructure failure. */
async function scored(store: Store, rewards: (number | undefined)[]): Promise<PolicyAttemptOutput[]> {
  return Promise.all(
    rewards.map(async (reward, index) => {
      const id = `${taskId(1)}.rl-0.${String(index)}`;
      const attempt = attemptOf('policy', { id, index, taskId: taskId(1), policyVersion: 'sft@1' });
      const record = await store.putJson({
        attempt,
        verdict: verdictOf('policy', { attemptId: id, taskId: taskId(1) }),
      });
      const told = reward === undefined ? { outcome: 'infra_failure' } : { outcome: 'scored', reward };
      return { attemptId: id, taskId: taskId(1), ...told, passed: reward === 1, record, sampledTokens: 3 };
    }),
  );
}

async function ready(rewards: (number | undefined)[]) {
  const deps = gpuDeps();
  const model = { source: 'embedded', sha256: 'b'.repeat(64) };
  const sft = {
    kind: 'checkpoint',
    stage: 'sft',
    policyVersion: 'sft@1',
    model,
    files: [],
    curve: [{ step: 1, loss: 2 }],
  };
  const checkpoint: BlobRef = await deps.store.putJson(sft);
  const config = configOf({ 'rl.iterations': 2 });
  const attempts = await scored(deps.store, rewards);
  return {
    deps,
    input: { runId: 'r', key: 'rl-key', config, iteration: 0, checkpoint, attempts, consumedTaskIds: [taskId(1)] },
  };
}

describe('an update', () => {
  it('learns from attempts with a reward alone: an infrastructure failure teaches nothing', async () => {
    const { deps, input } = await ready([1, undefined, 0]);
    const { point } = await updatePolicy(input, deps, pulseOf());
    const [load, update] = deps.trainer.policies[0]!.commands;
    expect(load).toMatchObject({ command: 'load', policy_version: 'sft@1' });
    if (update?.command !== 'update') throw new Error('no update was sent');
    const lines = readFileSync(update.batch, 'utf8').trim().split('\n');
    const samples = lines.map((line) => grpoSampleSchema.parse(JSON.parse(line)));
    expect(samples.map(({ group, reward, policy_version }) => ({ group, reward, policy_version }))).toEqual([
      { group: taskId(1), reward: 1, policy_version: 'sft@1' },
      { group: taskId(1), reward: 0, policy_version: 'sft@1' },
    ]);
    expect(point).toEqual({ iteration: 1, loss: 0.25, reward: 0.5, pass: 0.5, attempts: 2 });
    expect(update.consumed_task_ids).toEqual([taskId(1)]);
    expect(update.settings.temperature).toBe(input.config.rl.temperature);
  });

  it('leaves a whole checkpoint in the store and no folder of its own', async () => {
    const { deps, input } = await ready([1, 0]);
    const { checkpoint, point } = await updatePolicy(input, deps, pulseOf());
    const made = await readCheckpoint(deps.store, checkpoint);
    expect(made).toMatchObject({
      stage: 'rl',
      policyVersion: expect.stringMatching(/^rl-1@[0-9a-f]{12}$/),
      curve: [point],
    });
    expect(made.files.map(({ path }) => path)).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
    const update = deps.trainer.policies[0]!.commands[1];
    expect(existsSync(update?.command === 'update' ? update.output_dir : '')).toBe(false);
  });

  it('goes on from the checkpoint before, whose curve it prolongs', async () => {
    const { deps, input } = await ready([1, 0]);
    const first = await updatePolicy(input, deps, pulseOf());
    const second = await updatePolicy({ ...input, iteration: 1, checkpoint: first.checkpoint }, deps, pulseOf());
    expect((await readCheckpoint(deps.store, second.checkpoint)).curve.map(({ iteration }) => iteration)).toEqual([
      1, 2,
    ]);
    // What it serves already it does not load again.
    expect(deps.trainer.policies[0]!.commands.map(({ command }) => command)).toEqual(['load', 'update', 'update']);
  });

  it('loads the last checkpoint into a new process when the one that served is gone', async () => {
    const { deps, input } = await ready([1, 0]);
    const first = await updatePolicy(input, deps, pulseOf());
    await deps.trainer.policies[0]!.close();
    await updatePolicy({ ...input, iteration: 1, checkpoint: first.checkpoint }, deps, pulseOf());
    const [load] = deps.trainer.policies[1]!.commands;
    expect(load).toMatchObject({ command: 'load', adapter: expect.any(String), trainer_state: expect.any(String) });
    expect(
      readFileSync(`${String(load?.command === 'load' && load.adapter)}/adapter_model.safetensors`, 'utf8'),
    ).toContain('weights of rl-1@');
  });

  it('beats while the trainer works without a word, for an update may take minutes', async () => {
    const { deps, input } = await ready([1, 0]);
    await deps.policies.open(input.checkpoint, input.config, () => undefined);
    deps.trainer.policies[0]!.updateMs = 2300;
    const pulse = pulseOf();
    await updatePolicy(input, deps, pulse);
    expect(pulse.beats.filter(({ note }) => note === 'updating, iteration 1 of 2').length).toBeGreaterThanOrEqual(2);
  });
});
