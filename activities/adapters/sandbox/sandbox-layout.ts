/** What a sandbox looks like inside, the same on every driver. */

/** Where actions may leave files that are not the task's. Never carried from one sandbox to another. */
export const HOME_DIR = '/home/agent';

export const TOOL_SERVER_PATH = '/run/tool-server';

export const HOSTNAME = 'sandbox';

/** The environment of every action, before its own variables. */
export const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  HOME: HOME_DIR,
  USER: 'agent',
  LOGNAME: 'agent',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  PYTHONDONTWRITEBYTECODE: '1',
};

/** Memory that holds files: sized by the spec, or else small; all of it counts toward the sandbox's memory. */
export interface MemoryFolder {
  path: string;
  /** Whose it is. Actions cannot write to the server's: so a verifier's files are safe from what they check. */
  owner: 'server' | 'action';
  mode: number;
  size: 'spec' | number;
  inodes: 'spec' | number;
}

const MiB = 1 << 20;

export const memoryFolders: readonly MemoryFolder[] = [
  { path: '/workspace', owner: 'action', mode: 0o755, size: 'spec', inodes: 'spec' },
  { path: '/verifier', owner: 'server', mode: 0o755, size: 64 * MiB, inodes: 4096 },
  { path: '/tmp', owner: 'server', mode: 0o1777, size: 64 * MiB, inodes: 8192 },
  { path: '/dev/shm', owner: 'server', mode: 0o1777, size: 16 * MiB, inodes: 1024 },
  { path: HOME_DIR, owner: 'action', mode: 0o755, size: 16 * MiB, inodes: 4096 },
];

/** The spec's memory is for processes and the small folders; the workspace comes on top. */
export function memoryCap(limits: { memoryBytes: number; diskBytes: number }): number {
  return limits.memoryBytes + limits.diskBytes;
}
