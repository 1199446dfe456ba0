import { deriveSeed, seededRandom } from '../seed.js';
import { operationPath, type Task } from '../task/task.js';

/** `held-out`: new tasks over operation paths that are trained on. `unseen`: operation paths never trained on. */
export type Split = 'train' | 'held-out' | 'unseen';

export type SplitTask = Pick<Task, 'id' | 'family' | 'operations' | 'teacher'> & {
  provenance: Pick<Task['provenance'], 'kind'>;
};

export interface SplitOptions {
  seed: number;
  /** Share of each trained-on path to hold out, in [0, 1). Something of every path that can be divided. */
  heldOutShare: number;
  /** Kinds or operation paths (`a>b>c`) by name, or what share of all paths to choose. None when absent. */
  unseenPaths?: readonly string[] | { share: number };
}

/** A seeded order that does not depend on how the names came. */
function drawn(names: Iterable<string>, seed: number, purpose: string): string[] {
  const ranked = [...new Set(names)].map((name) => ({
    name,
    rank: seededRandom(deriveSeed(seed, purpose, name)).next(),
  }));
  return ranked.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

/**
 * Chooses whole paths such that every single operation of theirs still occurs in a path that is left: what is unseen is then
 * the composition, not the parts. Longer paths come first, being more of a composition. Only when too few such paths exist are
 * others taken. At least one path is left.
 */
function choosePaths(tasks: readonly SplitTask[], share: number, seed: number): Set<string> {
  const operationsOf = new Map(tasks.map((task) => [operationPath(task), task.operations]));
  const lengthOf = (path: string): number => operationsOf.get(path)?.length ?? 0;
  const byChance = drawn(operationsOf.keys(), seed, 'unseen');
  const average = byChance.reduce((sum, path) => sum + lengthOf(path), 0) / byChance.length;
  const order = [
    ...byChance.filter((path) => lengthOf(path) > average),
    ...byChance.filter((path) => lengthOf(path) <= average),
  ];
  const wanted = Math.min(share > 0 ? Math.max(1, Math.round(share * order.length)) : 0, order.length - 1);
  const chosen = new Set<string>();
  const partsStay = (path: string): boolean => {
    const left = order.filter((other) => other !== path && !chosen.has(other));
    const trained = new Set(left.flatMap((other) => operationsOf.get(other) ?? []));
    return [...chosen, path].every((gone) => (operationsOf.get(gone) ?? []).every((part) => trained.has(part)));
  };
  for (const path of order) if (chosen.size < wanted && partsStay(path)) chosen.add(path);
  for (const path of order) if (chosen.size < wanted) chosen.add(path);
  return chosen;
}

/**
 * What has to stay together, by task id: a family, and families whose demonstrations are the same to the letter, since having
 * trained on one of those is having seen the answer to the other. A group is called by its first task id.
 */
function groupsOf(tasks: readonly SplitTask[]): Map<string, string> {
  const above = new Map<string, string>();
  const find = (name: string): string => {
    let top = name;
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next;
    return top;
  };
  const firstWith = new Map<string, string>();
  const sorted = [...tasks].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, family, teacher } of sorted) {
    for (const bond of [`family ${family}`, `teacher ${JSON.stringify(teacher)}`]) {
      const first = find(firstWith.get(bond) ?? id);
      firstWith.set(bond, first);
      const own = find(id);
      if (own !== first) above.set(own > first ? own : first, own > first ? first : own);
    }
  }
  return new Map(tasks.map(({ id }) => [id, find(id)]));
}

/**
 * Which split each task belongs to, by id. Families stay whole: where one task is on an unseen path, all of them are unseen. The
 * result depends on the tasks and the seed, not on the tasks' order.
 */
export function splitTasks(tasks: readonly SplitTask[], options: SplitOptions): Map<string, Split> {
  const { seed, heldOutShare, unseenPaths = [] } = options;
  const unseen = 'share' in unseenPaths ? choosePaths(tasks, unseenPaths.share, seed) : new Set(unseenPaths);
  const groupOf = groupsOf(tasks);
  const splitOf = new Map<string, Split>();
  const sizesOn = new Map<string, Map<string, number>>();
  for (const task of tasks) {
    if (!unseen.has(operationPath(task)) && !unseen.has(task.provenance.kind)) continue;
    splitOf.set(groupOf.get(task.id) ?? task.id, 'unseen');
  }
  for (const task of [...tasks].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const group = groupOf.get(task.id) ?? task.id;
    if (splitOf.get(group) === 'unseen') continue;
    const sizes = sizesOn.get(operationPath(task)) ?? new Map<string, number>();
    sizesOn.set(operationPath(task), sizes.set(group, (sizes.get(group) ?? 0) + 1));
  }
  for (const sizes of sizesOn.values()) {
    const order = drawn(sizes.keys(), seed, 'held-out').filter((group) => !splitOf.has(group));
    let missing = heldOutShare * [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const [index, group] of order.entries()) {
      const heldOut = missing > 0 && index < order.length - 1;
      splitOf.set(group, heldOut ? 'held-out' : 'train');
      if (heldOut) missing -= sizes.get(group) ?? 0;
    }
  }
  return new Map(tasks.map(({ id }) => [id, splitOf.get(groupOf.get(id) ?? id) ?? 'train']));
}
