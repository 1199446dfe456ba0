import { describe, expect, it } from 'vitest';
import { filterTasks } from '../../../activities/filter/filter-tasks.js';
import type { Store } from '../../../activities/ports/store.js';
import { DatasetInvalid } from '../../../domain/errors.js';
import { datasetSchema, rejectSchema } from '../../../domain/filter/dataset.js';
import { deriveSeed, seededRandom } from '../../../domain/seed.js';
import { textFile } from '../../../domain/task/workspace.js';
import { taskSchema, type Task } from '../../../domain/task/task.js';
import type { Verdict } from '../../../domain/verify/verdict.js';
import { activityDeps, configOf } from '../../support/activity-deps.js';
import { attemptOf, taskId, taskOf, verdictOf } from '../../support/tasks.js';

/** Words that no two tasks share, so that only what a test repeats is a near-duplicate. */
function prose(seed: number): string {
  const random = seededRandom(deriveSeed('prose', seed));
  return Array.from({ length: 60 }, () => random.int(0, 1_000_000).toString(36)).join(' ');
}

/** Twenty tasks over four operation paths, each a family of its own. */
const candidates = Array.from({ length: 20 }, (_, index) =>
  taskOf({
    id: taskId(index + 1),
    family: `family-${String(index)}`,
    operations: ['read', `operation-${String(index % 4)}`, 'write'],
    instruction: prose(index),
    workspace: [textFile('in.txt', prose(1000 + index))],
    // The same demonstration twice would bind two families together.
    teacher: [{ tool: 'exec', command: `cp in.txt out-${String(index)}.txt` }],
  }),
);

interface Given {
  tasks?: Task[];
  /** In place of the verdicts that all is well. */
  verdict?: (task: Task, agent: 'oracle' | 'null' | 'teacher') => Partial<Verdict>;
  set?: Record<string, unknown>;
  chunks?: number;
}

async function chunked(store: Store, kind: string, values: readonly unknown[], chunks: number) {
  const size = Math.ceil(values.length / chunks);
  const refs = [];
  for (let from = 0; from < values.length; from += size)
    refs.push(await store.putLines(values.slice(from, from + size)));
  return store.putJson({ kind, chunks: refs, count: values.length });
}

async function filtered({ tasks = candidates, verdict = () => ({}), set = {}, chunks = 3 }: Given = {}) {
  const { store } = activityDeps();
  const agents = ['oracle', 'null', 'teacher'] as const;
  const attempts = tasks.flatMap((task) => agents.map((agent) => attemptOf(agent, { taskId: task.id })));
  const verdicts = tasks.flatMap((task) =>
    agents.map((agent) => verdictOf(agent, { taskId: task.id, ...verdict(task, agent) })),
  );
  const inputs = {
    tasks: await chunked(store, 'tasks', tasks, chunks),
    attempts: await chunked(store, 'attempts', attempts, chunks),
    verdicts: await chunked(store, 'verdicts', verdicts, chunks),
  };
  const stage = await filterTasks({ runId: 'r', key: 'filter', config: configOf(set), inputs }, store);
  const dataset = datasetSchema.parse(await store.getJson(stage.output));
  const tasksOf = async (split: 'train' | 'heldOut' | 'unseen') =>
    (await store.getLines(dataset.tasks[split])).map((line) => taskSchema.parse(line));
  const rejects = (await store.getLines(dataset.rejects)).map((line) => rejectSchema.parse(line));
  const splits = { train: await tasksOf('train'), heldOut: await tasksOf('heldOut'), unseen: await tasksOf('unseen') };
  const examples = (await store.getLines(dataset.sft)) as { id: string }[];
  return { ...stage, dataset, splits, rejects, examples };
}

describe('filtering', () => {
  it('keeps what passes every gate, and parts it into train, held-out and unseen', async () => {
    const { dataset, splits, rejects, summary } = await filtered();
    expect(rejects).toEqual([]);
    expect(dataset.counts).toMatchObject({ candidates: 20, kept: 20, train: splits.train.length, rejected: {} });
    const all = Object.values(splits).flat();
    expect(all.map(({ id }) => id).sort()).toEqual(candidates.map(({ id }) => id).sort());
    const paths = (of: Task[]) => new Set(of.map(({ operations }) => operations.join('>')));
    for (const path of paths(splits.unseen)) expect(paths([...splits.train, ...splits.heldOut]).has(path)).toBe(false);
    for (const path of paths(splits.heldOut)) expect(paths(splits.train).has(path)).toBe(true);
    expect(summary).toMatchObject({ kept: 20, rejected: 0 });
  });

  it('gives the same dataset, to the hash, whatever the chunks and the order of the candidates', async () => {
    const { output } = await filtered();
    expect((await filtered({ chunks: 7 })).output).toEqual(output);
    expect((await filtered({ tasks: [...candidates].reverse() })).output).toEqual(output);
    expect((await filtered({ set: { seed: 2 } })).output).not.toEqual(output);
  });

  it('rejects at the first gate that fails, with what was seen, and counts by gate', async () => {
    const broken = new Map([
      [taskId(1), 'oracle'],
      [taskId(2), 'null'],
    ]);
    const { rejects, dataset, splits } = await filtered({
      verdict: (task, agent) =>
        broken.get(task.id) === agent ? { reward: 0.5, repeats: [0.5], checks: { right: 0.5 } } : {},
    });
    expect(rejects).toEqual([
      { taskId: taskId(1), gate: 'oracle', evidence: 'reward 0.5: right 0.5' },
      { taskId: taskId(2), gate: 'null', evidence: 'reward 0.5: right 0.5' },
    ]);
    expect(dataset.counts.rejected).toEqual({ oracle: 1, null: 1 });
    expect(
      Object.values(splits)
        .flat()
        .some(({ id }) => broken.has(id)),
    ).toBe(false);
  });

  it('drops duplicates and near-duplicates, and names what each resembles', async () => {
    const [first] = candidates as [Task];
    const same = { ...first, id: taskId(50), family: 'copy' };
    const near = { ...first, id: taskId(51), family: 'near', instruction: `${first.instruction} today` };
    const { rejects } = await filtered({ tasks: [...candidates, same, near] });
    expect(rejects).toMatchObject([
      { taskId: same.id, gate: 'duplicate', evidence: `similarity 1.000 with ${first.id}` },
      { taskId: near.id, gate: 'near-duplicate', evidence: expect.stringContaining(`with ${first.id}`) },
    ]);
  });

  it("trains on the teacher's passing trajectories of train tasks alone", async () => {
    const failed = taskId(3);
    const { examples, splits } = await filtered({
      verdict: (task, agent) => (task.id === failed && agent === 'teacher' ? { reward: 0.5, repeats: [0.5] } : {}),
    });
    const expected = splits.train.map(({ id }) => id).filter((id) => id !== failed);
    expect(examples.map(({ id }) => id)).toEqual(expected.map((id) => `${id}.teacher.0`));
  });

  it.each<[string, Given, RegExp]>([
    [
      'no teacher passed',
      { verdict: (_task, agent) => (agent === 'teacher' ? { reward: 0 } : {}) },
      /no teacher trajectory passed/,
    ],
    [
      'nothing passed the gates',
      { verdict: () => ({ reward: 0.5, repeats: [0.5] }) },
      /train and heldOut and unseen split is empty/,
    ],
    ['nothing is held out', { set: { 'filter.heldOutShare': 0 } }, /the heldOut split is empty/],
  ])('stops for good when %s, and says which settings to change', async (_name, given, message) => {
    const error = (await filtered(given).catch((thrown: unknown) => thrown)) as DatasetInvalid;
    expect(error).toBeInstanceOf(DatasetInvalid);
    expect(error.message).toMatch(message);
    expect(error.retryable).toBe(false);
    expect(error.nextStep).toContain('filter.heldOutShare');
  });
});
