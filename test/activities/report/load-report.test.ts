import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileStore } from '../../../activities/adapters/store/file-store.js';
import { loadReport } from '../../../activities/report/load-report.js';
import { renderReport } from '../../../activities/report/render-report.js';
import { ConfigError } from '../../../domain/errors.js';
import { exampleInput } from './example-input.js';

let folder: string;
let store: FileStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawmill-report-'));
  store = new FileStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('reads a whole run back from the store, and finds a passing and a failing attempt of each checkpoint', async () => {
  const example = exampleInput();
  const records = await Promise.all(
    example.samples.map(async ({ attempt, verdict }) => store.putJson({ attempt, verdict })),
  );
  const checkpoints = (example.bench?.checkpoints ?? []).map((checkpoint, index) => {
    const { passed, verdict } = example.samples[index]!;
    const attempt = {
      attemptId: 'a',
      taskId: verdict.taskId,
      outcome: 'scored',
      reward: verdict.reward!,
      passed,
      record: records[index]!,
    };
    const [heldOut, unseen] = checkpoint.splits;
    return { ...checkpoint, splits: [{ ...heldOut!, attempts: [attempt] }, unseen!] };
  });
  const tasks = await store.putLines([example.samples[0]!.task]);
  const none = await store.putLines([]);
  const rejects = await store.putLines(example.rejects);
  const outputs: Record<string, unknown> = {
    filter: { ...example.dataset, tasks: { train: none, heldOut: tasks, unseen: none }, rejects },
    bench: { kind: 'bench', checkpoints },
  };
  const status = structuredClone(example.status);
  for (const stage of status.stages) {
    if (outputs[stage.stage] !== undefined) stage.output = await store.putJson(outputs[stage.stage]);
  }
  await store.setName('runs/demo-1', { config: example.config, status });

  const input = await loadReport(store, 'demo-1', 'http://ui');
  expect(input.samples.map(({ stage, passed }) => `${stage} ${String(passed)}`)).toEqual([
    'base false',
    'sft true',
    'rl true',
  ]);
  expect(input.rejects).toEqual(example.rejects);
  expect(renderReport(input)).toContain('demo-1');
});

it('reads a run that has only begun', async () => {
  const { config, status } = exampleInput();
  await store.setName('runs/demo-1', { config, status: { ...status, state: 'running' } });
  const input = await loadReport(store, 'demo-1');
  expect(input).not.toHaveProperty('bench');
  expect(renderReport(input)).toContain('Not finished.');
});

it('says that there is no such run here', async () => {
  await expect(loadReport(store, 'demo-2')).rejects.toThrow(ConfigError);
});
