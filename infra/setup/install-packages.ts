import { askCommand } from './ask-command.js';
import { inRepository } from './repository.js';
import { runCommand } from './run-command.js';
import { type PartContext } from './part.js';

export interface Installation {
  /** Lock file with hashes, relative to the repository. */
  lock: string;
  /** Either an environment's Python, or a bare folder. */
  into: { python: string } | { folder: string };
  /** Names the log. */
  part: string;
}

/**
 * Installs exactly what a lock file lists, each file checked against its hash. By uv; where that fails (it does not read
 * pip's configuration, which may be this machine's only way to a registry), by pip.
 */
export async function installPackages(context: PartContext, installation: Installation): Promise<void> {
  try {
    await byUv(context, installation);
  } catch {
    context.log(`set-up: ${installation.part}: uv failed (see logs/${installation.part}.log), trying pip`);
    await byPip(context, installation);
  }
}

async function byUv(context: PartContext, { lock, into, part }: Installation): Promise<void> {
  const destination =
    'python' in into
      ? ['--python', into.python]
      : ['--python', context.path('tools', 'python'), '--target', into.folder];
  await runCommand(context.cacheDir, part, {
    file: context.path('tools', 'uv'),
    args: ['pip', 'install', '--no-deps', '--require-hashes', ...destination, '-r', inRepository(lock)],
    env: await uvEnvironment(context),
    failure: failure(lock),
  });
}

async function byPip(context: PartContext, { lock, into, part }: Installation): Promise<void> {
  const python = context.path('tools', 'python');
  const install = ['install', '--quiet', '--no-deps', '--require-hashes', '-r', inRepository(lock)];
  const args = 'python' in into ? ['--python', into.python, ...install] : [...install, '--target', into.folder];
  await runCommand(context.cacheDir, part, { file: python, args: ['-m', 'pip', ...args], failure: failure(lock) });
}

/** uv's cache lies beside what it installs, so that files are linked, not copied, and a cut-off download goes on. */
async function uvEnvironment(context: PartContext): Promise<Record<string, string>> {
  const index = await pipIndex(context.path('tools', 'python'));
  const certificates = process.env.SSL_CERT_FILE ?? process.env.PIP_CERT;
  return {
    UV_CACHE_DIR: `${context.cacheDir}/uv`,
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    UV_HTTP_TIMEOUT: '180',
    ...(index === undefined ? {} : { UV_DEFAULT_INDEX: process.env.UV_DEFAULT_INDEX ?? index }),
    ...(certificates === undefined ? {} : { SSL_CERT_FILE: certificates }),
  };
}

async function pipIndex(python: string): Promise<string | undefined> {
  if (process.env.PIP_INDEX_URL) return process.env.PIP_INDEX_URL;
  return askCommand(python, ['-m', 'pip', 'config', 'get', 'global.index-url']);
}

function failure(lock: string): { message: string; nextStep: string } {
  return {
    message: `The packages of ${lock} cannot be installed`,
    nextStep: 'Check the network and the free disk space, then run set-up again: it goes on where it stopped.',
  };
}
