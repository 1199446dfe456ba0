import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { stageNames } from '../../domain/stage.js';
import { cacheDir } from '../../infra/setup/cache-dir.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { quietRuntime, silent } from '../support/temporal-servers.js';

const folder = new URL('histories/', import.meta.url);
const saved = readdirSync(fileURLToPath(folder)).sort();

const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

let bundle: { codePath: string };
beforeAll(async () => {
  quietRuntime();
  bundle = await workflowBundle(cacheDir(), silent);
});

const replay = (text: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: bundle }, historyFromJSON(JSON.parse(text)));

describe('histories saved from runs on a server', () => {
  it('cover the pipeline and every stage', () => {
    expect(saved).toEqual(expect.arrayContaining(['pipeline.json', ...stageNames.map((stage) => `${stage}.json`)]));
  });

  it.each(saved)('%s is replayed by the workflows as they are now', async (file) => {
    await replay(textOf(file));
  });

  it.each([
    ['pipeline.json', '/2-execute"', '/2-verify"'],
    ['sft.json', '"trainSft"', '"updatePolicy"'],
    ['rl.json', '"openPolicy"', '"closePolicy"'],
    ['execute.json', '"executeBatch"', '"verifyBatch"'],
  ])('%s is rejected when it tells of other work than is done now: %s became %s', async (file, done, other) => {
    const altered = textOf(file).replaceAll(done, other);
    expect(altered).not.toBe(textOf(file));
    await expect(replay(altered)).rejects.toThrow(DeterminismViolationError);
  });
});
