import Docker from 'dockerode';

import { SandboxError } from '../../../../domain/errors.js';

/** Answers on a healthy machine come within milliseconds; one that takes longer would not be usable anyway. */
const ANSWER_WITHIN_MS = 2_000;

/** The engine that DOCKER_HOST names, else the local socket. */
export function dockerClient(): Docker {
  return new Docker();
}

/** `Docker 20.10.24, linux/amd64`, or a SandboxError. */
export async function askDockerVersion(docker: Docker): Promise<string> {
  const version = await within(ANSWER_WITHIN_MS, docker.version());
  return `Docker ${version.Version}, ${version.Os}/${version.Arch}`;
}

export async function dockerAnswers(docker: Docker = dockerClient()): Promise<boolean> {
  return askDockerVersion(docker).then(
    () => true,
    () => false,
  );
}

export async function imageIsThere(docker: Docker, image: string): Promise<boolean> {
  return within(ANSWER_WITHIN_MS, docker.getImage(image).inspect()).then(
    () => true,
    () => false,
  );
}

async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } catch (cause) {
    throw new SandboxError(`The Docker engine does not answer: ${(cause as Error).message}`, {
      cause,
      retryable: true,
      nextStep: 'Start the Docker engine, set DOCKER_HOST, or choose the bubblewrap driver.',
    });
  } finally {
    clearTimeout(timer);
  }
}
