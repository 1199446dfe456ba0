import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileStore } from '../../../activities/adapters/store/file-store.js';
import { createRunActivities } from '../../../activities/run/run-activities.js';
import { ConfigError, DatasetInvalid } from '../../../domain/errors.js';
import { scratchFolder } from '../../infra/scratch-folder.js';
import { configOf } from '../../support/activity-deps.js';

function activities(code = 'v1') {
  const store = new FileStore(join(scratchFolder(), 'store'));
  const of = (version: string) =>
    createRunActivities({ store, codeVersion: () => Promise.resolve(version), taskKinds: ['csv-sum', 'log-count'] });
  return { store, ...of(code), of };
}
const config = configOf();
const plan = { stage: 'synthesize' as const, config, inputs: {} };
const output = { sha256: 'a'.repeat(64), bytes: 3 };

describe('a stage', () => {
  it('is reused once it is sealed under its key, and not before', async () => {
    const { planStage, sealStage } = activities();
    const planned = await planStage(plan);
    expect(planned.reuse).toBeUndefined();
    await sealStage({ stage: 'synthesize', key: planned.key, output, summary: { tasks: 3 }, seconds: 7 });
    expect(await planStage(plan)).toEqual({ ...planned, reuse: { output, summary: { tasks: 3 }, seconds: 7 } });
  });

  it('is not reused after its code or its settings changed', async () => {
    const { planStage, sealStage, of } = activities();
    const { key } = await planStage(plan);
    await sealStage({ stage: 'synthesize', key, output, summary: {}, seconds: 1 });
    expect((await of('v2').planStage(plan)).reuse).toBeUndefined();
    expect((await planStage({ ...plan, config: configOf({ seed: 9 }) })).reuse).toBeUndefined();
  });

  it('whose record is of another form is done anew', async () => {
    const { planStage, store } = activities();
    const { key } = await planStage(plan);
    await store.setName(`stages/${key}`, { stage: 'synthesize', from: 'an older version' });
    expect((await planStage(plan)).reuse).toBeUndefined();
  });
});

describe('chunks', () => {
  it('are put together with their count, and listed again', async () => {
    const { sealChunks, listChunks } = activities();
    const sealed = await sealChunks({ kind: 'tasks', chunks: [output, output], counts: [2, 3] });
    expect(sealed.summary).toEqual({ tasks: 5 });
    expect(await listChunks({ ref: sealed.output, kind: 'tasks' })).toEqual([output, output]);
    await expect(listChunks({ ref: sealed.output, kind: 'attempts' })).rejects.toThrow(DatasetInvalid);
  });
});

describe('a run', () => {
  it('takes changed settings, and refuses wrong ones', async () => {
    const { reconfigure } = activities();
    expect((await reconfigure({ config, set: { 'sft.epochs': 4 } })).sft.epochs).toBe(4);
    expect(() => reconfigure({ config, set: { 'sft.epochs': 'four' } })).toThrow(ConfigError);
  });

  it('is refused before any work when it asks for a kind of task that there is none of', async () => {
    const { checkConfig } = activities();
    await checkConfig(config);
    await checkConfig(configOf({ 'synthesize.kinds': ['csv-sum'] }));
    const wrong = () => checkConfig(configOf({ 'synthesize.kinds': ['csv-sum', 'csv-sun'] }));
    expect(wrong).toThrow('synthesize.kinds: "csv-sun" is no kind of task');
    expect(wrong).toThrow(expect.objectContaining({ nextStep: 'choose from csv-sum, log-count' }));
  });

  it('is recorded under its id', async () => {
    const { recordRun, store } = activities();
    const status = { runId: 'demo-1', state: 'done' as const, stages: [] };
    await recordRun({ config, status });
    expect(await store.getName('runs/demo-1')).toEqual({ config, status });
  });
});
