import { describe, expect, it } from 'vitest';
import { planBench, scoreBench, sealAttempts, splitScore } from '../../../activities/bench/bench-activities.js';
import type { PolicyAttemptOutput } from '../../../activities/policy/attempt-plan.js';
import { wilson } from '../../../domain/bench/interval.js';
import { benchScoresSchema } from '../../../domain/bench/score.js';
import { configOf } from '../../support/activity-deps.js';
import { datasetOf } from '../../support/datasets.js';
import { gpuDeps } from '../../support/fake-trainer.js';
import { taskId, taskOf } from '../../support/tasks.js';

const tasks = Array.from({ length: 6 }, (_, index) =>
  taskOf({
    id: taskId(index + 1),
    provenance: { route: 'procedural', kind: index % 2 === 0 ? 'csv-sum' : 'log-count', seed: index, retelling: 0 },
  }),
);
const [heldOut, unseen] = [tasks.slice(0, 4), tasks.slice(4)];
const record = { sha256: 'e'.repeat(64), bytes: 1 };

function scored(task: number, change: Partial<PolicyAttemptOutput> = {}): PolicyAttemptOutput {
  const plain = {
    attemptId: `a${String(task)}`,
    taskId: taskId(task),
    outcome: 'scored',
    reward: 1,
    passed: true,
    record,
    sampledTokens: 9,
  };
  return { ...plain, ...change };
}
const unrewarded = (task: number): PolicyAttemptOutput => {
  const { reward: _reward, ...rest } = scored(task, { outcome: 'infra_failure', passed: false });
  return rest;
};

describe('planning the bench', () => {
  it('draws from each split by seed, and repeats each task with seeds of their own', async () => {
    const { store } = gpuDeps();
    const dataset = await datasetOf(store, { heldOut, unseen });
    const config = configOf({ 'bench.tasksPerSplit': 3, 'bench.repeats': 2, 'bench.temperature': 0.5 });
    const plan = await planBench({ config, dataset }, store);
    expect(
      plan.splits.map(({ split, attempts }) => [
        split,
        new Set(attempts.map((attempt) => attempt.taskId)).size,
        attempts.length,
      ]),
    ).toEqual([
      ['heldOut', 3, 6],
      ['unseen', 2, 4],
    ]);
    const attempts = plan.splits.flatMap((split) => split.attempts);
    expect(new Set(attempts.map(({ seed }) => seed)).size).toBe(10);
    expect(attempts.every(({ temperature }) => temperature === 0.5)).toBe(true);
    expect(await planBench({ config, dataset }, store)).toEqual(plan);
  });
});

describe('the score of a split', () => {
  const score = (attempts: PolicyAttemptOutput[]) => splitScore('heldOut', attempts, () => 'kind', 0.95);

  it('counts a pass only where every check is true, and the mean over partial rewards too', () => {
    const { pass, meanReward } = score([
      scored(1),
      scored(2, { reward: 0.5, passed: false }),
      scored(3, { reward: 0, passed: false }),
    ]);
    expect(pass).toEqual(wilson(1, 3));
    expect(meanReward).toBe(0.5);
  });

  it('leaves infrastructure failures out of every denominator, and counts them', () => {
    const { pass, meanReward, infraFailures, byKind, tasks: count } = score([scored(1), unrewarded(2)]);
    expect(pass).toMatchObject({ passed: 1, of: 1 });
    expect({ meanReward, infraFailures, byKind, count }).toEqual({
      meanReward: 1,
      infraFailures: 1,
      byKind: { kind: { passed: 1, of: 1 } },
      count: 2,
    });
  });

  it('takes output that broke the checker as failed, and counts it apart', () => {
    const broke = scored(2, { outcome: 'verifier_failure', reward: 0, passed: false });
    expect(score([scored(1), broke])).toMatchObject({
      pass: { passed: 1, of: 2 },
      verifierFailures: 1,
      infraFailures: 0,
    });
  });

  it('of nothing rewarded is all that is possible, not a zero', () => {
    expect(score([unrewarded(1)])).toMatchObject({ pass: { passed: 0, of: 0, low: 0, high: 1 }, meanReward: 0 });
  });
});

describe('scoring the bench', () => {
  it('tells every checkpoint on held-out and unseen tasks apart, by kind of task', async () => {
    const { store } = gpuDeps();
    const dataset = await datasetOf(store, { heldOut, unseen });
    const model = { source: 'embedded', sha256: 'b'.repeat(64) };
    const checkpoint = (stage: string) =>
      store.putJson({ kind: 'checkpoint', stage, policyVersion: `${stage}@1`, model, files: [], curve: [] });
    const failed = { reward: 0, passed: false };
    const seal = async (...attempts: PolicyAttemptOutput[]) => [await sealAttempts(attempts, store)];
    const entry = async (stage: string, passed: boolean) => ({
      checkpoint: await checkpoint(stage),
      splits: [
        { split: 'heldOut' as const, attempts: await seal(scored(1, passed ? {} : failed), scored(2, failed)) },
        { split: 'unseen' as const, attempts: await seal(scored(5, passed ? {} : failed)) },
      ],
    });
    const checkpoints = [await entry('base', false), await entry('sft', true)];
    const { output, summary } = await scoreBench({ config: configOf(), dataset, checkpoints }, store);
    expect(summary).toEqual({
      'base heldOut': '0.0%',
      'base unseen': '0.0%',
      'sft heldOut': '50.0%',
      'sft unseen': '100.0%',
    });
    const scores = benchScoresSchema.parse(await store.getJson(output));
    expect(scores.checkpoints.map(({ stage, policyVersion }) => `${stage} ${policyVersion}`)).toEqual([
      'base base@1',
      'sft sft@1',
    ]);
    expect(scores.checkpoints[1]?.splits[0]).toMatchObject({
      split: 'heldOut',
      byKind: { 'csv-sum': { passed: 1, of: 1 }, 'log-count': { passed: 0, of: 1 } },
    });
  });
});
