import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { TaskError } from '../../../domain/errors.js';
import { deriveSeed, seededRandom } from '../../../domain/seed.js';
import { taskSchema, type Task } from '../../../domain/task/task.js';
import { sortFiles } from '../../../domain/task/workspace.js';
import { kinds, taskKinds } from './kinds/index.js';
import { oracleFor } from './oracle.js';
import { verifierFor } from './verifier/verifier-for.js';
import { tell } from './wording.js';

export { taskKinds };
export { planTasks, type PlannedTask } from './plan-tasks.js';

/** `t-` and the first 16 hex digits of the SHA-256 of the task's canonical JSON (RFC 8785) without its id. */
function taskId(content: Omit<Task, 'id'>): string {
  return `t-${createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex')
    .slice(0, 16)}`;
}

/**
 * The task that a kind's program gives for this seed, in one of its wordings. The same arguments give the same task on
 * every machine. Throws TaskError for an unknown kind or a retelling beyond those that the kind has wordings for.
 */
export function generateTask(kind: string, seed: number, retelling: number): Task {
  const found = kinds.find(({ name }) => name === kind);
  if (found === undefined) {
    throw new TaskError(`there is no task kind "${kind}"`, { nextStep: `use one of ${taskKinds.join(', ')}` });
  }
  const random = seededRandom(deriveSeed('program', kind, seed));
  const first = random.int(0, found.wordings.length - 1);
  const { persona, files, facts, expected, commands } = found.program(random);
  const workspace = sortFiles(files);
  const content: Omit<Task, 'id'> = {
    family: `${kind}-${seed}`,
    operations: [...found.operations],
    category: found.category,
    persona: persona.id,
    instruction: tell(found.wordings, facts, { first, retelling }),
    workspace,
    verifier: verifierFor(workspace, expected),
    oracle: oracleFor(workspace, expected),
    teacher: [
      ...commands.map((command) => ({ tool: 'exec' as const, command })),
      { tool: 'finish' as const, message: 'Done.' },
    ],
    provenance: { route: 'procedural', kind, seed, retelling },
  };
  return taskSchema.parse({ id: taskId(content), ...content });
}
