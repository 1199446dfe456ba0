import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { execa } from 'execa';

import { SandboxError } from '../../../../domain/errors.js';
import type { ReapFilter, Sandbox, SandboxDriver, SandboxSpec } from '../../../ports/sandbox.js';
import { takeUidPair } from '../action-uid.js';
import { ConnectedSandbox } from '../connected-sandbox.js';
import { isRunning, thisProcess } from '../owner-process.js';
import type { PreparedSandbox } from '../prepared-sandbox.js';
import { ToolConnection } from '../tool-connection.js';
import { BubblewrapProcess } from './bubblewrap-process.js';
import { CgroupMaker, removeCgroups, type SandboxCgroup } from './cgroup.js';
import { launchArguments } from './launch-arguments.js';
import { SandboxRecords, type SandboxRecord } from './sandbox-records.js';

const BUBBLEWRAP = 'bwrap';

/** Sandboxes made of namespaces by bubblewrap: no engine, ends with this process. */
export class BubblewrapDriver implements SandboxDriver {
  readonly name = 'bubblewrap';
  private readonly records: SandboxRecords;
  private readonly cgroups = CgroupMaker.find();
  private readonly owner = thisProcess();
  private readonly asRoot = process.getuid?.() === 0;

  constructor(
    private readonly prepared: PreparedSandbox & { rootDir: string },
    cacheDir: string,
  ) {
    this.records = new SandboxRecords(join(cacheDir, 'sandbox', 'live'));
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    const id = `cm-${randomBytes(8).toString('hex')}`;
    const uids = this.asRoot ? takeUidPair() : undefined;
    let cgroup: SandboxCgroup | undefined;
    let child: BubblewrapProcess | undefined;
    const release = async (): Promise<void> => {
      await child?.end();
      await removeCgroups(cgroup?.folders ?? []);
      this.records.remove(id);
      uids?.giveBack();
    };
    try {
      cgroup = this.cgroups?.make(id, spec.limits);
      const record = this.record(id, spec, cgroup);
      this.records.write(record);
      const started = (child = this.start(spec, uids?.server, cgroup));
      if (started.identity !== undefined) this.records.write({ ...record, sandbox: started.identity });
      const connection = new ToolConnection(started.toServer, started.fromServer, () => started.lastWords());
      await connection.greeted();
      return new ConnectedSandbox(id, connection, release);
    } catch (error) {
      await release();
      throw startError(error, child?.lastWords() ?? '');
    }
  }

  async reap(filter: ReapFilter): Promise<number> {
    const doomed = this.records.all().filter((record) => matches(record, filter));
    for (const { id, sandbox, cgroups } of doomed) {
      if (sandbox !== undefined && isRunning(sandbox)) kill(sandbox.pid);
      await removeCgroups(cgroups);
      this.records.remove(id);
    }
    return doomed.length;
  }

  async probe(): Promise<string> {
    const asked = await execa(BUBBLEWRAP, ['--version'], { reject: false });
    if (asked.exitCode !== 0) {
      throw new SandboxError(`bubblewrap does not run: ${asked.shortMessage ?? ''}`, { nextStep: 'npm run setup' });
    }
    const limits = this.cgroups === undefined ? 'limits by rlimit (no cgroup can be made)' : 'limits by cgroup';
    return `${asked.stdout.trim()}, ${this.asRoot ? 'as root, a uid for each sandbox' : 'without root'}, ${limits}`;
  }

  private record(id: string, spec: SandboxSpec, cgroup: SandboxCgroup | undefined): SandboxRecord {
    const { runId, attemptId, lifetimeSeconds } = spec;
    const expiresAt = Date.now() + lifetimeSeconds * 1000;
    return { id, runId, attemptId, expiresAt, owner: this.owner, cgroups: cgroup?.folders ?? [] };
  }

  private start(spec: SandboxSpec, uid: number | undefined, cgroup: SandboxCgroup | undefined): BubblewrapProcess {
    const { launcher, toolServer, rootDir, seccompProgram } = this.prepared;
    const args = launchArguments({
      bubblewrap: BUBBLEWRAP,
      toolServer,
      rootDir,
      limits: spec.limits,
      ...(uid === undefined ? {} : { uid }),
      cgroupEntries: cgroup?.entries ?? [],
      descriptors: { seccomp: 3, ...(cgroup === undefined ? {} : { oomCounter: 4 }) },
    });
    return BubblewrapProcess.start(launcher, args, [
      seccompProgram,
      ...(cgroup === undefined ? [] : [cgroup.oomCounter]),
    ]);
  }
}

/** As the port's ReapFilter says. */
function matches(record: SandboxRecord, { runId, expiredAt }: ReapFilter): boolean {
  if (runId !== undefined && record.runId !== runId) return false;
  return expiredAt === undefined || record.expiresAt <= expiredAt || !isRunning(record.owner);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function startError(cause: unknown, lastWords: string): SandboxError {
  return new SandboxError(`A sandbox did not start: ${lastWords === '' ? (cause as Error).message : lastWords}`, {
    cause,
    retryable: true,
    nextStep: 'clawmill doctor tells whether this machine allows sandboxes.',
  });
}
