import { TaskError } from '../../../domain/errors.js';
import { deriveSeed } from '../../../domain/seed.js';
import { taskKinds } from './kinds/index.js';

/** What `generateTask` takes. */
export interface PlannedTask {
  kind: string;
  seed: number;
  retelling: number;
}

/**
 * Which tasks to make: `count` distinct ones, kinds in turn, each program told `retellings` times before the next. A longer
 * plan begins with the shorter one.
 */
export function planTasks(options: {
  count: number;
  seed: number;
  kinds?: readonly string[];
  retellings: number;
}): PlannedTask[] {
  const { count, seed, kinds = taskKinds, retellings } = options;
  const unknown = kinds.filter((kind) => !taskKinds.includes(kind));
  if (unknown.length > 0) {
    throw new TaskError(`unknown task kinds: ${unknown.join(', ')}`, {
      nextStep: `use some of ${taskKinds.join(', ')}`,
    });
  }
  if (kinds.length === 0) throw new TaskError('a plan needs at least one task kind');
  // Seeds of one kind count up from a point that the run's seed decides, so none comes twice.
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? '';
    const turn = Math.floor(index / kinds.length);
    const program = Math.floor(turn / retellings);
    return { kind, seed: (deriveSeed('plan', seed, kind) + program) % 2 ** 32, retelling: turn % retellings };
  });
}
