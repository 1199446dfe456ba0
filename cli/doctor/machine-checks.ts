import { statfs } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { locateParts } from '../../infra/setup/locate-parts.js';
import type { TemporalConfig } from '../../temporal.config.js';
import { probeSandboxes } from '../compose.js';
import { graphicsCard } from '../graphics-card.js';
import { fail, look, ok, warn, type Finding } from './finding.js';

const leastFreeBytes = 2e9;

/** What this machine must have, whatever the server. */
export async function machineFindings(config: TemporalConfig): Promise<Finding[]> {
  const parts = locateParts(config.paths.cache);
  return [
    node(),
    await look("trainer's Python", () => ok("trainer's Python", parts.python)),
    await look('embedded model', () => ok('embedded model', parts.modelDir)),
    ...(config.addressGiven ? [] : [await look('Temporal binary', () => ok('Temporal binary', parts.temporalCli))]),
    await look('sandboxes', async () => ok('sandboxes', await probeSandboxes(config))),
    await look('state folder', () => freeSpace('state folder', config.paths.state, 'CLAWMILL_STATE')),
    await look('cache folder', () => freeSpace('cache folder', config.paths.cache, 'CLAWMILL_CACHE')),
    await device(config),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || major === 21 || major === 22;
  if (fits) return ok('Node', process.versions.node);
  return {
    ...fail('Node', `${process.versions.node}; clawmill needs 20.19 up to 22`),
    nextStep: 'install Node 20 or 22',
  };
}

async function freeSpace(check: string, folder: string, variable: string): Promise<Finding> {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const words = `${folder}, ${(free / 1e9).toFixed(1)} GB free`;
  return free >= leastFreeBytes
    ? ok(check, words)
    : warn(check, words, `make room, or set ${variable} to a folder on a larger disk`);
}

async function device({ device: wanted }: TemporalConfig): Promise<Finding> {
  const card = await graphicsCard();
  if (card !== undefined) return ok('GPU', card);
  if (wanted === 'cpu') return ok('GPU', 'none; the CPU is asked for (CLAWMILL_DEVICE=cpu)');
  return warn(
    'GPU',
    'nvidia-smi finds none',
    'nothing to do with run --dev and dev, which then take the CPU; a gpu worker of its own needs --device cpu',
  );
}
