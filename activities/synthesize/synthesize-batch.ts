import type { RunConfig } from '../../domain/run-config.js';
import { taskSchema } from '../../domain/task/task.js';
import type { Store } from '../ports/store.js';
import type { BatchOutput } from '../stage-io.js';
import { generateTask, planTasks } from './procedural/generate-task.js';

/** Where each batch starts and ends, in the plan of tasks. */
export function planSynthesis({ synthesize }: RunConfig): { from: number; to: number }[] {
  const batches = Math.ceil(synthesize.tasks / synthesize.batch);
  return Array.from({ length: batches }, (_, index) => ({
    from: index * synthesize.batch,
    to: Math.min(synthesize.tasks, (index + 1) * synthesize.batch),
  }));
}

/** One chunk of candidate tasks. Made from seeds alone, so a batch done twice is the same blob. */
export async function synthesizeBatch(
  input: { config: RunConfig; from: number; to: number },
  store: Store,
): Promise<BatchOutput> {
  const { seed, synthesize } = input.config;
  const { tasks: count, retellings, kinds } = synthesize;
  const plan = planTasks({ count, seed, retellings, ...(kinds ? { kinds } : {}) }).slice(input.from, input.to);
  const tasks = plan.map(({ kind, seed: taskSeed, retelling }) =>
    taskSchema.parse(generateTask(kind, taskSeed, retelling)),
  );
  return { chunk: await store.putLines(tasks), count: tasks.length };
}
