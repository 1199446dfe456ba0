import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders in which a sandbox's cgroup can be made, by what it limits. With version 2 both are the same folder. */
export interface CgroupParents {
  version: 1 | 2;
  memory: string;
  pids: string;
}

interface Mount {
  folder: string;
  /** Which cgroup is mounted there; inside a container that may not be the topmost. */
  root: string;
  version: 1 | 2;
  controllers: string[];
}

/** This process's own cgroups, by version 1's controllers or version 2; undefined where neither covers memory and pids. */
export function findOwnCgroups(): CgroupParents | undefined {
  try {
    return ownCgroups(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Split from reading the files, so that both versions can be tested on any machine. */
export function ownCgroups(mountInfo: string, ownPaths: string): CgroupParents | undefined {
  const mounts = mountInfo.split('\n').flatMap(parseMount);
  const v1 = (controller: string): string | undefined => {
    const mount = mounts.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
    const path = pathOf(ownPaths, (controllers) => controllers.includes(controller));
    return mount === undefined || path === undefined ? undefined : below(mount, path);
  };
  const memory = v1('memory');
  const pids = v1('pids');
  if (memory !== undefined && pids !== undefined) return { version: 1, memory, pids };
  const unified = mounts.find(({ version }) => version === 2);
  const path = pathOf(ownPaths, (controllers) => controllers.length === 1 && controllers[0] === '');
  if (unified === undefined || path === undefined) return undefined;
  const folder = below(unified, path);
  return { version: 2, memory: folder, pids: folder };
}

function below({ folder, root }: Mount, path: string): string {
  const inside = path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : path;
  return join(folder, inside, '.').replace(/\/$/, '');
}

function pathOf(ownPaths: string, matches: (controllers: string[]) => boolean): string | undefined {
  for (const line of ownPaths.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers !== undefined && path !== undefined && matches(controllers.split(','))) return path;
  }
  return undefined;
}

/** `36 35 0:30 / /sys/fs/cgroup/memory rw,… - cgroup cgroup rw,memory` */
function parseMount(line: string): Mount[] {
  const [before, after] = line.split(' - ');
  const [, , , root, folder] = before?.split(' ') ?? [];
  const [type, , options] = after?.split(' ') ?? [];
  if (root === undefined || folder === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
  return [{ folder, root, version: type === 'cgroup' ? 1 : 2, controllers: options?.split(',') ?? [] }];
}
