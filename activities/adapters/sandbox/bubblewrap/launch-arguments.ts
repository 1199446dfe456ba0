import type { SandboxLimits } from '../../../ports/sandbox.js';
import { HOSTNAME, memoryCap, memoryFolders, TOOL_SERVER_PATH, type MemoryFolder } from '../sandbox-layout.js';

export interface LaunchPlan {
  bubblewrap: string;
  toolServer: string;
  rootDir: string;
  limits: SandboxLimits;
  /** Host uid of the tool server; that of actions is the next one. Absent without root: then both have the caller's. */
  uid?: number;
  /** Files of cgroups to enter; none: rlimits stand in. */
  cgroupEntries: readonly string[];
  /** Numbers of inherited descriptors. */
  descriptors: { seccomp: number; oomCounter?: number };
}

/** Hidden by a tmpfs that only the sandbox sees, so any folder that every system has will do. */
const STAGE = '/tmp';

/** The arguments of sandbox-launch, which ends with bubblewrap's, which end with the tool server's. */
export function launchArguments(plan: LaunchPlan): string[] {
  return [
    ...['--stage', STAGE],
    ...(plan.uid === undefined ? [] : ['--uid', String(plan.uid)]),
    ...plan.cgroupEntries.flatMap((entry) => ['--cgroup', entry]),
    ...['--folder', `${plan.rootDir}:root`, '--folder', `${plan.toolServer}:tool-server`],
    ...memoryFolders.flatMap((folder, index) => ['--tmpfs', tmpfs(folder, index, plan.limits)]),
    ...['--', plan.bubblewrap, ...bubblewrapArguments(plan)],
    ...[TOOL_SERVER_PATH, ...toolServerArguments(plan)],
  ];
}

function tmpfs(folder: MemoryFolder, index: number, limits: SandboxLimits): string {
  const size = folder.size === 'spec' ? limits.diskBytes : folder.size;
  // The folder itself takes an inode.
  const inodes = folder.inodes === 'spec' ? limits.inodes + 1 : folder.inodes;
  return [`memory-${index}`, size, inodes, folder.owner === 'action' ? 1 : 0, folder.mode.toString(8)].join(':');
}

function bubblewrapArguments({ uid, descriptors }: LaunchPlan): string[] {
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...(uid === undefined ? ownUser : twoUsers),
    ...['--die-with-parent', '--new-session', '--as-pid-1', '--hostname', HOSTNAME, '--clearenv'],
    ...['--ro-bind', `${STAGE}/root`, '/', '--proc', '/proc', '--dev', '/dev'],
    ...memoryFolders.flatMap(({ path }, index) => ['--bind', `${STAGE}/memory-${index}`, path]),
    ...['--tmpfs', '/run', '--ro-bind', `${STAGE}/tool-server`, TOOL_SERVER_PATH],
    ...['--remount-ro', '/run', '--remount-ro', '/dev', '--chdir', '/'],
    ...['--seccomp', String(descriptors.seccomp)],
  ];
}

/** The launcher has made the user namespace and closed it to further ones. */
const twoUsers = ['SETUID', 'SETGID', 'KILL'].reduce<string[]>(
  (all, capability) => [...all, '--cap-add', `CAP_${capability}`],
  ['--cap-drop', 'ALL'],
);

const ownUser = ['--unshare-user', '--disable-userns', '--uid', '1000', '--gid', '1000'];

function toolServerArguments({ uid, limits, cgroupEntries, descriptors }: LaunchPlan): string[] {
  const settings: Record<string, number> = { 'open-files': limits.openFiles };
  if (uid !== undefined) Object.assign(settings, { 'server-uid': 0, 'action-uid': 1000 });
  if (descriptors.oomCounter !== undefined) settings['oom-descriptor'] = descriptors.oomCounter;
  if (cgroupEntries.length === 0) {
    Object.assign(settings, { processes: limits.pids, 'address-space': memoryCap(limits) });
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
