import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { StageName } from '../../domain/stage.js';
import type { CodeVersion } from '../ports/code-version.js';

const attemptSources = ['domain/attempt', 'activities/attempt', 'activities/adapters/sandbox', 'infra/sandbox'];
const trainerSources = ['trainer', 'domain/training'];

/** What each stage's result is made by. Inputs have hashes of their own, so a stage lists only its own code. */
const sources: Record<StageName, readonly string[]> = {
  synthesize: ['domain/task', 'domain/seed.ts', 'activities/synthesize'],
  execute: ['activities/execute', ...attemptSources],
  verify: ['domain/verify', 'activities/verify', 'activities/adapters/sandbox', 'infra/sandbox'],
  filter: ['domain/filter', 'activities/filter', 'domain/attempt/profile.ts'],
  sft: ['activities/sft', ...trainerSources],
  rl: ['activities/rl', 'activities/policy', 'activities/verify', ...attemptSources, ...trainerSources],
  bench: [
    'domain/bench',
    'activities/bench',
    'activities/policy',
    'activities/verify',
    ...attemptSources,
    ...trainerSources,
  ],
};

/** Reads the sources below the project folder; each stage once a process. */
export function sourceCodeVersion(projectDir: string): CodeVersion {
  const known = new Map<StageName, Promise<string>>();
  return (stage) => {
    const version = known.get(stage) ?? hashSources(projectDir, sources[stage]);
    known.set(stage, version);
    return version;
  };
}

async function hashSources(projectDir: string, paths: readonly string[]): Promise<string> {
  const files = (await Promise.all(paths.map((path) => sourceFiles(join(projectDir, path))))).flat().sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${relative(projectDir, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function sourceFiles(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|py|c|h|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
