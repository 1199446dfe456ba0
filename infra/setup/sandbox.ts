import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { dockerAnswers, dockerClient, imageIsThere } from '../../activities/adapters/sandbox/docker/docker-engine.js';
import {
  findPreparedSandbox,
  writePreparedSandbox,
  type PreparedSandbox,
} from '../../activities/adapters/sandbox/prepared-sandbox.js';
import { withLock } from './lock.mjs';
import { importSandboxImage } from './sandbox-image.js';
import { compileSandboxPrograms, sandboxProgramsKey } from './sandbox-programs.js';
import { buildSandboxRoot, sandboxRootKey } from './sandbox-root.js';
import { checkUserNamespaces, requireTools } from './sandbox-tools.js';

export interface SandboxSetup {
  cacheDir: string;
  log: (line: string) => void;
}

export interface SandboxPrepared {
  driver: 'docker' | 'bubblewrap';
  rootDir?: string;
  image?: string;
  toolServer: string;
}

/** Changes with the sources of the programs and the recipe of the root; what is kept under it need not be made again. */
export function sandboxKey(): string {
  return `${sandboxRootKey()}-${sandboxProgramsKey()}`;
}

/**
 * Makes everything that sandboxes need: programs, root file system, and the image where a Docker engine answers. What is
 * there is left as it is; what was cut off goes on. Rejects with SandboxError or ConfigError.
 */
export async function prepareSandbox(context: SandboxSetup): Promise<SandboxPrepared> {
  const docker = await dockerAnswers();
  const earlier = findPreparedSandbox(context.cacheDir);
  if (earlier !== undefined && (await isWhole(earlier, docker))) return told(earlier, docker);
  const folder = join(context.cacheDir, 'sandbox');
  await mkdir(folder, { recursive: true });
  const onWait = (pid: number): void => {
    context.log(`sandbox: waiting for another set-up (process ${pid})`);
  };
  return withLock(join(folder, 'setup.lock'), { onWait }, async () => {
    const before = findPreparedSandbox(context.cacheDir);
    if (before !== undefined && (await isWhole(before, docker))) return told(before, docker);
    const prepared = await prepareAll(context, folder, docker);
    writePreparedSandbox(context.cacheDir, prepared);
    return told(prepared, docker);
  });
}

async function prepareAll(context: SandboxSetup, folder: string, docker: boolean): Promise<PreparedSandbox> {
  await requireTools(context, docker);
  if (!docker) await checkUserNamespaces();
  const programs = await compileSandboxPrograms(context, folder);
  const root = await buildSandboxRoot(context, folder);
  const image = docker ? await importSandboxImage(context, root) : undefined;
  return { key: sandboxKey(), ...programs, rootDir: root.rootDir, ...(image === undefined ? {} : { image }) };
}

async function isWhole(prepared: PreparedSandbox, docker: boolean): Promise<boolean> {
  const { key, toolServer, launcher, seccompProgram, rootDir, image } = prepared;
  const paths = [toolServer, launcher, seccompProgram, ...(rootDir === undefined ? [] : [rootDir])];
  if (key !== sandboxKey() || !paths.every((path) => existsSync(path))) return false;
  return !docker || (image !== undefined && (await imageIsThere(dockerClient(), image)));
}

function told({ rootDir, image, toolServer }: PreparedSandbox, docker: boolean): SandboxPrepared {
  return {
    driver: docker && image !== undefined ? 'docker' : 'bubblewrap',
    ...(rootDir === undefined ? {} : { rootDir }),
    ...(image === undefined ? {} : { image }),
    toolServer,
  };
}
