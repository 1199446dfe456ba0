import { deriveSeed, seededRandom } from '../seed.js';
import { operationPath, type Task } from '../task/task.js';

/** `held-out`: new tasks over operation paths that are trained on. `unseen`: operation paths never trained on. */
export type Split = 'train' | 'held-out' | 'unseen';

export type SplitTask = Pick<Task, 'id' | 'family' | 'operations'> & { provenance: Pick<Task['provenance'], 'kind'> };

export interface SplitOptions {
  seed: number;
  /** Share of the families of each path that is trained on, in [0, 1). At least one family of a path with two or more. */
  heldOutShare: number;
  /** Kinds or operation paths (`a>b>c`) by name, or what share of all paths to choose. None when absent. */
  unseenPaths?: readonly string[] | { share: number };
}

/** A seeded order that does not depend on how the names came. */
function drawn(names: Iterable<string>, seed: number, purpose: string): string[] {
  const rank = (name: string): number => seededRandom(deriveSeed(seed, purpose, name)).next();
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/**
 * Chooses whole paths such that every single operation of theirs still occurs in a path that is left: what is unseen is then
 * the composition, not the parts. Only when too few such paths exist are others taken. At least one path is left.
 */
function choosePaths(tasks: readonly SplitTask[], share: number, seed: number): Set<string> {
  const operationsOf = new Map(tasks.map((task) => [operationPath(task), task.operations]));
  const order = drawn(operationsOf.keys(), seed, 'unseen');
  const wanted = Math.min(share > 0 ? Math.max(1, Math.round(share * order.length)) : 0, order.length - 1);
  const chosen = new Set<string>();
  const coveredWithout = (path: string): boolean => {
    const left = new Set(order.filter((other) => other !== path && !chosen.has(other)).flatMap((other) => operationsOf.get(other) ?? []));
    return [...chosen, path].every((gone) => (operationsOf.get(gone) ?? []).every((operation) => left.has(operation)));
  };
  for (const path of order) if (chosen.size < wanted && coveredWithout(path)) chosen.add(path);
  for (const path of order) if (chosen.size < wanted) chosen.add(path);
  return chosen;
}

/**
 * Which split each task belongs to, by id. Families stay whole: one with a task on an unseen path is unseen altogether. The
 * result depends on the tasks and the seed, not on the tasks' order.
 */
export function splitTasks(tasks: readonly SplitTask[], options: SplitOptions): Record<string, Split> {
  const { seed, heldOutShare, unseenPaths = [] } = options;
  const unseen = 'share' in unseenPaths ? choosePaths(tasks, unseenPaths.share, seed) : new Set(unseenPaths);
  const splitOf = new Map<string, Split>();
  const familiesOn = new Map<string, Set<string>>();
  for (const task of tasks) {
    if (unseen.has(operationPath(task)) || unseen.has(task.provenance.kind)) splitOf.set(task.family, 'unseen');
  }
  for (const task of tasks) {
    if (splitOf.has(task.family)) continue;
    const path = operationPath(task);
    familiesOn.set(path, (familiesOn.get(path) ?? new Set()).add(task.family));
  }
  for (const families of familiesOn.values()) {
    const order = drawn(families, seed, 'held-out');
    const wanted = heldOutShare > 0 ? Math.max(1, Math.round(heldOutShare * order.length)) : 0;
    const heldOut = Math.min(wanted, order.length - 1);
    for (const [index, family] of order.entries()) splitOf.set(family, index < heldOut ? 'held-out' : 'train');
  }
  return Object.fromEntries(tasks.map((task) => [task.id, splitOf.get(task.family) ?? 'train']));
}
