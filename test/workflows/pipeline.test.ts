import { describe, expect, it } from 'vitest';
import { searchAttributes } from '../../domain/run-status.js';
import { stageNames } from '../../domain/stage.js';
import { searchAttributesOf, statusOf, testRun } from '../support/pipeline-run.js';
import { runConfig } from '../support/run-workers.js';
import { devServerSuite } from '../support/temporal-suite.js';

const suite = devServerSuite();

describe('a pipeline whose stages all succeed', () => {
  it('runs the stages in order and gives each what earlier ones made', async () => {
    const run = await testRun(suite, { set: { seed: 11 } });
    const status = await (await run.start()).result();
    expect(status.state).toBe('done');
    expect(status.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual(
      stageNames.map((stage) => `${stage} done`),
    );
    const output = Object.fromEntries(status.stages.map((stage) => [stage.stage, stage.output]));
    const [base] = run.inputsOf('trainSft').map(({ inputs }) => inputs.base);
    const plans = run.inputsOf('planStage');
    expect(plans.map(({ stage }) => stage)).toEqual(stageNames);
    expect(plans.map(({ inputs }) => inputs)).toEqual([
      {},
      { tasks: output.synthesize },
      { tasks: output.synthesize, attempts: output.execute },
      { tasks: output.synthesize, attempts: output.execute, verdicts: output.verify },
      { dataset: output.filter, base },
      { dataset: output.filter, checkpoint: output.sft },
      { dataset: output.filter, base, sft: output.sft, rl: output.rl },
    ]);
    expect(await run.store.getJson(base!)).toEqual({ made: 'base', of: 'embedded' });
  });

  it('sends each kind of work to its own queue', async () => {
    const run = await testRun(suite, { set: { seed: 12 } });
    await (await run.start()).result();
    const queues = Object.fromEntries(run.calls.map(({ activity, queue }) => [activity, queue]));
    expect(queues).toMatchObject({
      planStage: run.engine.queues.pipeline,
      synthesizeBatch: run.engine.queues.pipeline,
      filterTasks: run.engine.queues.pipeline,
      executeBatch: run.engine.queues.sandbox,
      verifyBatch: run.engine.queues.sandbox,
      attemptTask: run.engine.queues.sandbox,
      trainSft: run.engine.queues.gpu,
      openPolicy: run.engine.queues.gpu,
      updatePolicy: `${run.engine.queues.gpu}-host`,
    });
  });

  it('tells the run in memo and search attributes of the pipeline and of each stage', async () => {
    const run = await testRun(suite, { set: { seed: 13, tags: ['nightly', 'small'] } });
    const handle = await run.start();
    const result = await handle.result();
    expect(await statusOf(handle)).toEqual(result);
    expect(await searchAttributesOf(handle)).toMatchObject({
      [searchAttributes.state]: 'done',
      [searchAttributes.progress]: 1,
    });
    for (const stage of stageNames) {
      expect(await searchAttributesOf(run.stageHandle(stage))).toMatchObject({
        [searchAttributes.run]: run.runId,
        [searchAttributes.stage]: stage,
        [searchAttributes.progress]: 1,
        [searchAttributes.tags]: expect.arrayContaining(['nightly', 'small']),
      });
    }
  });

  it('keeps the record of the finished run in the store', async () => {
    const run = await testRun(suite, { set: { seed: 14 } });
    const status = await (await run.start()).result();
    expect(await run.store.getName(`runs/${run.runId}`)).toEqual({ config: run.config, status });
  });
});

describe('a second run of the same config', () => {
  it('reuses every stage, starts no child, and ends with the same outputs', async () => {
    const run = await testRun(suite, { set: { seed: 21 } });
    const first = await (await run.start()).result();
    const doneBefore = run.calls.length;
    const second = await (await run.start(run.config, `${run.runId}-again`)).result();
    expect(second.stages.map(({ state }) => state)).toEqual(stageNames.map(() => 'reused'));
    expect(second.stages.map(({ output }) => output)).toEqual(first.stages.map(({ output }) => output));
    expect(second.stages.map(({ seconds }) => seconds)).toEqual(first.stages.map(({ seconds }) => seconds));
    const again = new Set(run.calls.slice(doneBefore).map(({ activity }) => activity));
    expect([...again].sort()).toEqual(['baseCheckpoint', 'planStage', 'recordRun']);
  });

  it('does again only what changed settings decide, and what follows from it', async () => {
    const run = await testRun(suite, { set: { seed: 22 } });
    await (await run.start()).result();
    const changed = runConfig({ seed: 22, 'sft.learningRate': 0.5, 'execute.concurrency': 9 });
    const second = await (await run.start(changed, `${run.runId}-changed`)).result();
    expect(second.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      'synthesize reused',
      'execute reused',
      'verify reused',
      'filter reused',
      'sft done',
      'rl done',
      'bench done',
    ]);
  });
});
