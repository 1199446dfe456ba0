import { SandboxError } from '../../../domain/errors.js';
import type { SandboxDriver } from '../../ports/sandbox.js';
import { BubblewrapDriver } from './bubblewrap/bubblewrap-driver.js';
import { dockerClient, imageIsThere } from './docker/docker-engine.js';
import { DockerDriver } from './docker/docker-driver.js';
import { readPreparedSandbox, type PreparedSandbox } from './prepared-sandbox.js';

export { SandboxPool } from './sandbox-pool.js';

export type SandboxDriverChoice = 'auto' | 'docker' | 'bubblewrap';

export interface SandboxDriverOptions {
  /** Where `npm run setup` has put the root and the tool server. */
  cacheDir: string;
  /** Docker runtime other than the engine's default, e.g. `runsc`. */
  runtime?: string;
  logger?: { info: (line: string) => void };
}

/**
 * The driver asked for; with `auto`, Docker where an engine answers within about two seconds and has the image, else
 * bubblewrap. Rejects with SandboxError where set-up has not been run.
 */
export async function createSandboxDriver(
  choice: SandboxDriverChoice,
  options: SandboxDriverOptions,
): Promise<SandboxDriver> {
  const prepared = readPreparedSandbox(options.cacheDir);
  const docker = choice === 'docker' || (choice === 'auto' && (await dockerIsReady(prepared)));
  const driver = docker ? dockerDriver(prepared, options) : bubblewrapDriver(prepared, options);
  options.logger?.info(`sandboxes by ${driver.name}${choice === 'auto' ? ' (chosen by auto)' : ''}`);
  return driver;
}

async function dockerIsReady({ image }: PreparedSandbox): Promise<boolean> {
  return image !== undefined && (await imageIsThere(dockerClient(), image));
}

function dockerDriver(prepared: PreparedSandbox, { runtime }: SandboxDriverOptions): SandboxDriver {
  const { image } = prepared;
  if (image !== undefined) return new DockerDriver(dockerClient(), { ...prepared, image }, runtime);
  throw new SandboxError('No sandbox image has been imported into Docker', {
    nextStep: 'Start the Docker engine, then npm run setup.',
  });
}

function bubblewrapDriver(prepared: PreparedSandbox, { cacheDir }: SandboxDriverOptions): SandboxDriver {
  const { rootDir } = prepared;
  if (rootDir !== undefined) return new BubblewrapDriver({ ...prepared, rootDir }, cacheDir);
  throw new SandboxError('No root file system has been set up for bubblewrap', { nextStep: 'npm run setup' });
}
