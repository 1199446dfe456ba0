import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceCodeVersion } from '../../../activities/adapters/code-version.js';
import { stageNames, type StageName } from '../../../domain/stage.js';
import { repository } from '../../../infra/setup/repository.js';
import { scratchFolder } from '../../infra/scratch-folder.js';

const rooms = [
  ...[
    'domain/task',
    'domain/attempt',
    'domain/verify',
    'domain/filter',
    'domain/training',
    'domain/bench',
    'trainer',
    'infra/sandbox',
  ],
  ...['synthesize', 'execute', 'attempt', 'verify', 'filter', 'sft', 'rl', 'policy', 'bench', 'adapters/sandbox'].map(
    (room) => `activities/${room}`,
  ),
];

/** A small project with one source in every room. */
function project(): { folder: string; write: (path: string, content: string) => void } {
  const folder = scratchFolder();
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const room of rooms) write(`${room}/source.ts`, `// ${room}`);
  write('domain/seed.ts', '// seed');
  write('domain/attempt/profile.ts', '// profile');
  return { folder, write };
}

async function versions(folder: string): Promise<Record<StageName, string>> {
  const codeVersion = sourceCodeVersion(folder);
  const entries = await Promise.all(stageNames.map(async (stage) => [stage, await codeVersion(stage)] as const));
  return Object.fromEntries(entries) as Record<StageName, string>;
}

async function changedBy(path: string): Promise<StageName[]> {
  const { folder, write } = project();
  const before = await versions(folder);
  write(path, '// changed');
  const after = await versions(folder);
  return stageNames.filter((stage) => before[stage] !== after[stage]);
}

describe("a stage's code version", () => {
  it.each<[string, StageName[]]>([
    ['activities/synthesize/procedural/kinds/csv-sum.ts', ['synthesize']],
    ['activities/execute/source.ts', ['execute']],
    ['activities/verify/source.ts', ['verify', 'rl', 'bench']],
    ['activities/filter/source.ts', ['filter']],
    ['activities/sft/source.ts', ['sft']],
    ['activities/bench/source.ts', ['bench']],
    ['trainer/rl/loss.py', ['sft', 'rl', 'bench']],
    ['infra/sandbox/tool-server/put.c', ['execute', 'verify', 'rl', 'bench']],
    ['domain/attempt/profile.ts', ['execute', 'filter', 'rl', 'bench']],
  ])('changes with %s in %j, and nowhere else', async (path, stages) => {
    expect(await changedBy(path)).toEqual(stages);
  });

  it('does not change with what is no source', async () => {
    expect(await changedBy('trainer/__pycache__/loss.cpython-311.pyc')).toEqual([]);
    expect(await changedBy('activities/sft/README.md')).toEqual([]);
  });

  it('tells a renamed file from the same one under its old name', async () => {
    const { folder, write } = project();
    const before = await versions(folder);
    rmSync(join(folder, 'activities/sft/source.ts'));
    write('activities/sft/renamed.ts', '// activities/sft');
    expect((await versions(folder)).sft).not.toBe(before.sft);
  });

  it('is the same wherever the project lies', async () => {
    expect(await versions(project().folder)).toEqual(await versions(project().folder));
  });

  it('can be told for every stage of this very project', async () => {
    const found = Object.values(await versions(repository));
    for (const version of found) expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(found).size).toBe(stageNames.length);
  });
});
