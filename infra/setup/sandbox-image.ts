import { dockerClient, imageIsThere } from '../../activities/adapters/sandbox/docker/docker-engine.js';
import { SandboxError } from '../../domain/errors.js';
import type { SandboxSetup } from './sandbox.js';
import type { SandboxRoot } from './sandbox-root.js';

/** Imports the root's tarball into the Docker engine, under a name made from its hash. */
export async function importSandboxImage(context: SandboxSetup, root: SandboxRoot): Promise<string> {
  const docker = dockerClient();
  const repo = 'clawmill-sandbox';
  const tag = root.sha256.slice(0, 12);
  const image = `${repo}:${tag}`;
  if (await imageIsThere(docker, image)) return image;
  context.log(`sandbox: importing image ${image} into Docker`);
  try {
    const progress = await docker.importImage(root.tarball, { repo, tag });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  } catch (cause) {
    throw new SandboxError(`The Docker engine refused the sandbox image: ${(cause as Error).message}`, {
      cause,
      retryable: true,
      nextStep: 'Check the engine and its free disk space; then run set-up again.',
    });
  }
  return image;
}
