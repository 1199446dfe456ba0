import { randomBytes } from 'node:crypto';

import type { Duplex } from 'node:stream';

import type Docker from 'dockerode';

import { SandboxError } from '../../../../domain/errors.js';
import type { ReapFilter, Sandbox, SandboxDriver, SandboxSpec } from '../../../ports/sandbox.js';
import { takeUidPair } from '../action-uid.js';
import { ConnectedSandbox } from '../connected-sandbox.js';
import { thisProcess } from '../owner-process.js';
import type { PreparedSandbox } from '../prepared-sandbox.js';
import { ToolConnection } from '../tool-connection.js';
import { AttachDemultiplexer } from './attach-demultiplexer.js';
import { labelsMatch, SANDBOX_LABEL } from './container-labels.js';
import { containerOptions } from './container-options.js';
import { askDockerVersion, imageIsThere } from './docker-engine.js';
import { seccompProfile } from './seccomp-profile.js';

/** Sandboxes as containers of a Docker engine. */
export class DockerDriver implements SandboxDriver {
  readonly name = 'docker';
  private readonly owner = thisProcess();
  private readonly seccompProfile: string;

  constructor(
    private readonly docker: Docker,
    private readonly prepared: PreparedSandbox & { image: string },
    private readonly runtime?: string,
  ) {
    this.seccompProfile = seccompProfile(prepared.allowedSyscalls);
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    const uids = takeUidPair();
    let container: Docker.Container | undefined;
    try {
      container = await this.createContainer(spec, uids);
      return await connect(container, uids.giveBack);
    } catch (cause) {
      if (container !== undefined) await remove(container);
      uids.giveBack();
      throw engineError('A sandbox container did not start', cause);
    }
  }

  async reap(filter: ReapFilter): Promise<number> {
    try {
      // All states: one whose owner was killed between create and start is `created` for ever.
      const found = await this.docker.listContainers({ all: true, filters: { label: [SANDBOX_LABEL] } });
      const doomed = found.filter(({ Labels }) => labelsMatch(Labels, filter));
      await Promise.all(doomed.map(({ Id }) => remove(this.docker.getContainer(Id))));
      return doomed.length;
    } catch (cause) {
      throw engineError('The Docker engine could not be asked for left sandboxes', cause);
    }
  }

  async probe(): Promise<string> {
    const version = await askDockerVersion(this.docker);
    const { image } = this.prepared;
    if (await imageIsThere(this.docker, image)) return `${version}, image ${image}`;
    throw new SandboxError(`The Docker engine has no image ${image}`, { nextStep: 'npm run setup' });
  }

  private createContainer(spec: SandboxSpec, uids: { server: number; action: number }): Promise<Docker.Container> {
    const { image, toolServer } = this.prepared;
    return this.docker.createContainer(
      containerOptions({
        name: `cm-${randomBytes(8).toString('hex')}`,
        spec,
        owner: this.owner,
        image,
        toolServer,
        seccompProfile: this.seccompProfile,
        uids,
        ...(this.runtime === undefined ? {} : { runtime: this.runtime }),
      }),
    );
  }
}

/** Attaches before the start, so that the greeting is not missed and input ends with us from the first moment on. */
async function connect(container: Docker.Container, giveBack: () => void): Promise<Sandbox> {
  const options = { stream: true, hijack: true, stdin: true, stdout: true, stderr: true };
  // Typed as the plain interface; it is the upgraded connection's socket.
  const stream = (await container.attach(options)) as unknown as Duplex;
  let stderr = '';
  const fromServer = new AttachDemultiplexer((text) => {
    stderr = (stderr + text).slice(-2_000);
  });
  stream.pipe(fromServer);
  const connection = new ToolConnection(stream, fromServer, () => stderr.trim());
  stream.on('close', () => {
    connection.lose('the connection to the sandbox ended');
  });
  await Promise.all([container.start(), connection.greeted()]);
  return new ConnectedSandbox(container.id, connection, async () => {
    stream.destroy();
    await remove(container);
    giveBack();
  });
}

/** Kills and removes, and comes back when it is gone: by us, or by AutoRemove, which may be at it already. */
async function remove(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true }).catch(async (error: unknown) => {
      if (statusOf(error) !== 409) throw error;
      await container.wait({ condition: 'removed' });
    });
  } catch (error) {
    if (statusOf(error) !== 404) throw engineError('A sandbox container could not be removed', error);
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

function engineError(what: string, cause: unknown): SandboxError {
  if (cause instanceof SandboxError) return cause;
  return new SandboxError(`${what}: ${(cause as Error).message}`, {
    cause,
    retryable: true,
    nextStep: 'Check that the Docker engine runs and has room (docker info), or choose the bubblewrap driver.',
  });
}
