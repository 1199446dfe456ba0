import type { ContainerCreateOptions } from 'dockerode';

import type { SandboxSpec } from '../../../ports/sandbox.js';
import type { ProcessIdentity } from '../owner-process.js';
import { HOSTNAME, memoryCap, memoryFolders, TOOL_SERVER_PATH, type MemoryFolder } from '../sandbox-layout.js';
import { ownerLabels } from './container-labels.js';

export interface ContainerPlan {
  name: string;
  spec: SandboxSpec;
  owner: ProcessIdentity;
  image: string;
  toolServer: string;
  seccompProfile: string;
  runtime?: string;
  uids: { server: number; action: number };
}

/** Everything that confines a sandbox, given to the engine at creation. */
export function containerOptions(plan: ContainerPlan): ContainerCreateOptions {
  const { spec, image, uids, toolServer } = plan;
  const memory = memoryCap(spec.limits);
  return {
    name: plan.name,
    Image: image,
    Hostname: HOSTNAME,
    // Root only until the tool server has changed to its own uid, first of all it does.
    User: '0:0',
    WorkingDir: '/',
    Entrypoint: [TOOL_SERVER_PATH],
    Cmd: [
      ...['--server-uid', String(uids.server), '--action-uid', String(uids.action)],
      ...['--open-files', String(spec.limits.openFiles)],
    ],
    Env: [],
    Labels: ownerLabels(plan),
    // Once set, the engine ends the container's input with our connection, and so the tool server.
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false },
    NetworkDisabled: true,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${plan.seccompProfile}`],
      Binds: [`${toolServer}:${TOOL_SERVER_PATH}:ro`],
      Tmpfs: Object.fromEntries(memoryFolders.map((folder) => [folder.path, tmpfs(folder, plan)])),
      Memory: memory,
      MemorySwap: memory,
      // The tool server is one of them.
      PidsLimit: spec.limits.pids + 1,
      IpcMode: 'none',
      Init: false,
      LogConfig: { Type: 'none', Config: {} },
      ...(plan.runtime === undefined ? {} : { Runtime: plan.runtime }),
    },
  };
}

function tmpfs(folder: MemoryFolder, { spec, uids }: ContainerPlan): string {
  const size = folder.size === 'spec' ? spec.limits.diskBytes : folder.size;
  // The folder itself takes an inode.
  const inodes = folder.inodes === 'spec' ? spec.limits.inodes + 1 : folder.inodes;
  const uid = uids[folder.owner];
  return `rw,exec,nosuid,nodev,size=${size},nr_inodes=${inodes},mode=${folder.mode.toString(8)},uid=${uid},gid=${uid}`;
}
