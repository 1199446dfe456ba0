import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxLimits } from '../../../ports/sandbox.js';
import { memoryCap } from '../sandbox-layout.js';
import { findOwnCgroups, type CgroupParents } from './cgroup-mounts.js';

/** The launcher, bubblewrap's own process and the tool server live in the cgroup beside the actions. */
const OWN_PROCESSES = 3;

/** The cgroups of one sandbox. */
export interface SandboxCgroup {
  folders: string[];
  /** Files to which a process writes its pid to enter. */
  entries: string[];
  /** File with the line `oom_kill N`. */
  oomCounter: string;
}

/** Makes cgroups for sandboxes, where this process may; undefined where it may not (without root, mostly). */
export class CgroupMaker {
  private constructor(private readonly parents: CgroupParents) {}

  static find(): CgroupMaker | undefined {
    const own = findOwnCgroups();
    if (own === undefined || process.getuid?.() !== 0) return undefined;
    for (const parents of own.version === 1 ? [own] : [own, rootOf(own)]) {
      try {
        return new CgroupMaker(prepareParents(parents));
      } catch {
        // Not delegated, or processes live in it: the next one.
      }
    }
    return undefined;
  }

  make(id: string, limits: SandboxLimits): SandboxCgroup {
    const { version } = this.parents;
    const memory = join(this.parents.memory, id);
    const pids = join(this.parents.pids, id);
    const folders = [...new Set([memory, pids])];
    for (const folder of folders) mkdirSync(folder);
    const bytes = String(memoryCap(limits));
    writeFileSync(join(memory, version === 1 ? 'memory.limit_in_bytes' : 'memory.max'), bytes);
    // Swap would only draw the end out. Not every kernel counts it.
    tryWrite(
      join(memory, version === 1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max'),
      version === 1 ? bytes : '0',
    );
    writeFileSync(join(pids, 'pids.max'), String(limits.pids + OWN_PROCESSES));
    return {
      folders,
      entries: folders.map((folder) => join(folder, 'cgroup.procs')),
      oomCounter: join(memory, version === 1 ? 'memory.oom_control' : 'memory.events'),
    };
  }
}

/** Removes cgroups whose processes have ended; the last of them may need a moment. Never rejects. */
export async function removeCgroups(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (let wait = 1; wait < 500; wait *= 2) {
      try {
        rmdirSync(folder);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') break;
        await sleep(wait);
      }
    }
  }
}

function prepareParents(parents: CgroupParents): CgroupParents {
  const made = { ...parents, memory: join(parents.memory, 'clawmill'), pids: join(parents.pids, 'clawmill') };
  for (const folder of [made.memory, made.pids]) {
    mkdirSync(folder, { recursive: true });
    if (parents.version === 1) continue;
    // Version 2 hands controllers down level by level.
    for (const level of [dirname(folder), folder])
      writeFileSync(join(level, 'cgroup.subtree_control'), '+memory +pids');
  }
  return made;
}

function rootOf(own: CgroupParents): CgroupParents {
  return { ...own, memory: '/sys/fs/cgroup', pids: '/sys/fs/cgroup' };
}

function tryWrite(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // Told by the caller why that is no loss.
  }
}
