import type { BenchScores, SplitScore } from '../../domain/bench/score.js';
import { wilson } from '../../domain/bench/interval.js';
import type { BlobRef } from '../../domain/ids.js';
import type { RunConfig } from '../../domain/run-config.js';
import { deriveSeed, seededRandom } from '../../domain/seed.js';
import { taskSchema } from '../../domain/task/task.js';
import type { PolicyAttemptOutput, PolicyAttemptPlan } from '../policy/attempt-plan.js';
import { readCheckpoint } from '../policy/checkpoint-files.js';
import type { Store } from '../ports/store.js';
import { readDataset } from '../rl/rl-activities.js';
import type { StageOutput } from '../stage-io.js';

export type BenchSplit = 'heldOut' | 'unseen';

export interface BenchPlan {
  splits: { split: BenchSplit; tasks: BlobRef; attempts: PolicyAttemptPlan[] }[];
}

/** Which tasks the bench takes, the same for every checkpoint: drawn by seed from each split, `repeats` attempts a task. */
export async function planBench(input: { config: RunConfig; dataset: BlobRef }, store: Store): Promise<BenchPlan> {
  const { bench, seed } = input.config;
  const { tasks } = await readDataset(store, input.dataset);
  const plan = async (split: BenchSplit) => {
    const ids = (await store.getLines(tasks[split])).map((task) => (task as { id: string }).id);
    const chosen = seededRandom(deriveSeed(seed, 'bench', split))
      .shuffle(ids)
      .slice(0, bench.tasksPerSplit);
    const attempts = chosen.flatMap((taskId) =>
      Array.from({ length: bench.repeats }, (_, index): PolicyAttemptPlan => ({
        id: `${taskId}.bench.${String(index)}`,
        taskId,
        index,
        seed: deriveSeed(seed, 'bench', taskId, index),
        temperature: bench.temperature,
      })),
    );
    return { split, tasks: tasks[split], attempts };
  };
  return { splits: [await plan('heldOut'), await plan('unseen')] };
}

export interface ScoreInput {
  config: RunConfig;
  dataset: BlobRef;
  checkpoints: { checkpoint: BlobRef; splits: { split: BenchSplit; attempts: BlobRef[] }[] }[];
}

/** Puts attempts away, so that a long bench does not carry them through its history. */
export async function sealAttempts(attempts: PolicyAttemptOutput[], store: Store): Promise<BlobRef> {
  return store.putLines(attempts);
}

/** Rates, intervals and means over all attempts: the bench stage's output. */
export async function scoreBench(input: ScoreInput, store: Store): Promise<StageOutput> {
  const { tasks } = await readDataset(store, input.dataset);
  const scores: BenchScores = { kind: 'bench', checkpoints: [] };
  const summary: Record<string, number | string> = {};
  for (const { checkpoint, splits } of input.checkpoints) {
    const { stage, policyVersion } = await readCheckpoint(store, checkpoint);
    const scored: SplitScore[] = [];
    for (const { split, attempts } of splits) {
      const kinds = new Map(
        (await store.getLines(tasks[split]))
          .map((line) => taskSchema.parse(line))
          .map((task) => [task.id, task.provenance.kind]),
      );
      const all = (await Promise.all(attempts.map((ref) => store.getLines(ref)))).flat() as PolicyAttemptOutput[];
      const score = splitScore(split, all, (taskId) => kinds.get(taskId) ?? 'unknown', input.config.bench.confidence);
      scored.push(score);
      summary[`${stage} ${split}`] = `${(score.pass.rate * 100).toFixed(1)}%`;
    }
    scores.checkpoints.push({ stage, policyVersion, checkpoint, splits: scored });
  }
  return { output: await store.putJson(scores), summary };
}

/** Only attempts with a reward stand in the denominator; failures that are not the agent's are counted beside it. */
export function splitScore(
  split: BenchSplit,
  attempts: readonly PolicyAttemptOutput[],
  kindOf: (taskId: string) => string,
  confidence: number,
): SplitScore {
  const rewarded = attempts.filter((attempt) => attempt.reward !== undefined);
  const byKind: SplitScore['byKind'] = {};
  for (const { taskId, passed } of rewarded) {
    const kind = kindOf(taskId);
    const sofar = byKind[kind] ?? { passed: 0, of: 0 };
    byKind[kind] = { passed: sofar.passed + Number(passed), of: sofar.of + 1 };
  }
  return {
    split,
    tasks: new Set(attempts.map((attempt) => attempt.taskId)).size,
    pass: wilson(rewarded.filter((attempt) => attempt.passed).length, rewarded.length, confidence),
    meanReward: rewarded.reduce((sum, attempt) => sum + (attempt.reward ?? 0), 0) / Math.max(1, rewarded.length),
    infraFailures: attempts.filter((attempt) => attempt.outcome === 'infra_failure').length,
    verifierFailures: attempts.filter((attempt) => attempt.outcome === 'verifier_failure').length,
    byKind,
    attempts: attempts.map(({ sampledTokens: _tokens, ...attempt }) => attempt),
  };
}
