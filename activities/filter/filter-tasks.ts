import type { Attempt } from '../../domain/attempt/attempt.js';
import { splitNames, type Dataset, type Reject, type SplitName } from '../../domain/filter/dataset.js';
import { failedGate } from '../../domain/filter/gates.js';
import { nearDuplicates, taskText } from '../../domain/filter/near-duplicates.js';
import { splitTasks } from '../../domain/filter/split.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { Task } from '../../domain/task/task.js';
import type { SftExample } from '../../domain/training/trainer-protocol.js';
import type { Verdict } from '../../domain/verify/verdict.js';
import { DatasetInvalid } from '../../domain/errors.js';
import type { Store } from '../ports/store.js';
import type { StageInput, StageOutput } from '../stage-io.js';
import { readAttempts, readTasks, readVerdicts } from './read-chunks.js';

/** Gates, duplicates, split: from all candidates and their verdicts to the dataset. Same inputs, same dataset hash. */
export async function filterTasks(input: StageInput, store: Store): Promise<StageOutput> {
  const { tasks, attempts, verdicts } = input.inputs;
  const candidates = await readTasks(store, tasks);
  const verdictsByTask = byTask(await readVerdicts(store, verdicts));
  const { kept, rejects } = passGates(candidates, verdictsByTask, input.config.filter.nearDuplicate);
  const splits = bySplit(kept, input.config);
  const teacher = (await readAttempts(store, attempts)).filter((attempt) => attempt.agent === 'teacher');
  const examples = trainingExamples(splits.train, teacher, verdictsByTask, input.config.filter.rewardAbove);
  requireUsable(splits, examples);
  const dataset: Dataset = {
    kind: 'dataset',
    tasks: {
      train: await store.putLines(splits.train),
      heldOut: await store.putLines(splits.heldOut),
      unseen: await store.putLines(splits.unseen),
    },
    sft: await store.putLines(examples),
    rejects: await store.putLines(rejects),
    counts: {
      candidates: candidates.length,
      kept: kept.length,
      train: splits.train.length,
      heldOut: splits.heldOut.length,
      unseen: splits.unseen.length,
      examples: examples.length,
      rejected: countBy(rejects),
    },
  };
  const { rejected, ...counts } = dataset.counts;
  const output = await store.putJson(dataset);
  return { output, summary: { ...counts, rejected: rejects.length, dataset: output.sha256.slice(0, 12), ...rejected } };
}

function passGates(
  candidates: readonly Task[],
  verdicts: Map<string, Verdict[]>,
  threshold: number,
): { kept: Task[]; rejects: Reject[] } {
  const rejects: Reject[] = [];
  const passed = candidates.filter((task) => {
    const reject = failedGate(task, verdicts.get(task.id) ?? []);
    if (reject) rejects.push(reject);
    return !reject;
  });
  const { keep, dropped } = nearDuplicates(
    passed.map((task) => ({ id: task.id, text: taskText(task) })),
    { threshold },
  );
  for (const { id, of, similarity } of dropped) {
    const gate = similarity === 1 ? 'duplicate' : 'near-duplicate';
    rejects.push({ taskId: id, gate, evidence: `similarity ${similarity.toFixed(3)} with ${of}` });
  }
  const keepIds = new Set(keep);
  return { kept: passed.filter((task) => keepIds.has(task.id)), rejects };
}

function bySplit(kept: readonly Task[], config: RunConfig): Record<SplitName, Task[]> {
  const { heldOutShare, unseenPaths } = config.filter;
  const assigned = splitTasks(kept, { seed: config.seed, heldOutShare, unseenPaths });
  const inOrder = [...kept].sort((a, b) => (a.id < b.id ? -1 : 1));
  const of = (split: string): Task[] => inOrder.filter((task) => assigned.get(task.id) === split);
  return { train: of('train'), heldOut: of('held-out'), unseen: of('unseen') };
}

function trainingExamples(
  train: readonly Task[],
  teacher: readonly Attempt[],
  verdicts: Map<string, Verdict[]>,
  rewardAbove: number,
): SftExample[] {
  const attempts = new Map(teacher.map((attempt) => [attempt.taskId, attempt]));
  return train.flatMap((task) => {
    const attempt = attempts.get(task.id);
    const reward = verdicts.get(task.id)?.find((verdict) => verdict.agent === 'teacher')?.reward ?? 0;
    return attempt && reward > rewardAbove ? [{ id: attempt.id, segments: attempt.trajectory.segments }] : [];
  });
}

function requireUsable(splits: Record<SplitName, Task[]>, examples: readonly SftExample[]): void {
  const empty = splitNames.filter((split) => splits[split].length === 0);
  if (empty.length === 0 && examples.length > 0) return;
  const what = empty.length > 0 ? `the ${empty.join(' and ')} split is empty` : 'no teacher trajectory passed';
  throw new DatasetInvalid(`filter: ${what}: nothing to train on or to measure with`, {
    nextStep: 'raise synthesize.tasks, or change filter.heldOutShare, filter.unseenPaths or filter.rewardAbove',
  });
}

function byTask(verdicts: readonly Verdict[]): Map<string, Verdict[]> {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) groups.set(verdict.taskId, [...(groups.get(verdict.taskId) ?? []), verdict]);
  return groups;
}

function countBy(rejects: readonly Reject[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { gate } of rejects) counts[gate] = (counts[gate] ?? 0) + 1;
  return counts;
}
