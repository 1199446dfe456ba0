import { describe, expect, it } from 'vitest';
import type { StageOutput } from '../../activities/stage-io.js';
import { testRun } from '../support/pipeline-run.js';
import type { OpenRun } from '../support/run-workers.js';
import { devServerSuite } from '../support/temporal-suite.js';

const suite = devServerSuite();

async function benchInputs({ store }: OpenRun) {
  const [dataset, base, sft, rl] = await Promise.all(
    ['dataset', 'base', 'sft', 'rl'].map((name) => store.putJson(name)),
  );
  return { dataset, base, sft, rl };
}

describe('the bench', () => {
  it('measures base, SFT and RL in this order on held-out and unseen tasks, and frees the device', async () => {
    const run = await testRun(suite, { set: { 'bench.repeats': 2 } });
    const inputs = await benchInputs(run);
    const { summary } = (await (await run.startStage('bench', inputs)).result()) as StageOutput;
    expect(summary).toEqual({ checkpoints: 3 });
    const opened = run.inputsOf('openPolicy').map(({ checkpoint }) => checkpoint);
    expect(opened).toEqual([inputs.base, inputs.base, inputs.sft, inputs.sft, inputs.rl, inputs.rl]);
    const sealed = run.inputsOf('sealAttempts').map((attempts) => attempts.map(({ attemptId }) => attemptId));
    const ids = (split: string) =>
      [0, 1].flatMap((task) => [0, 1].map((repeat) => `${split}-${String(task)}.bench.${String(repeat)}`));
    expect(sealed).toEqual([1, 2, 3].flatMap(() => [ids('heldOut'), ids('unseen')]));
    const [score] = run.inputsOf('scoreBench');
    expect(score?.checkpoints.map(({ checkpoint }) => checkpoint)).toEqual([inputs.base, inputs.sft, inputs.rl]);
    expect(score?.checkpoints[0]?.splits.map(({ split }) => split)).toEqual(['heldOut', 'unseen']);
    expect(run.inputsOf('closePolicy')).toHaveLength(1);
  });

  it('goes on after continue-as-new with the checkpoints that are left', async () => {
    const run = await testRun(suite);
    const inputs = await benchInputs(run);
    const attempts = await run.store.putJson('sealed before');
    const measured = { checkpoint: inputs.base, splits: [{ split: 'heldOut', attempts: [attempts] }] };
    await (await run.startStage('bench', inputs, [measured])).result();
    expect(run.inputsOf('openPolicy').map(({ checkpoint }) => checkpoint)).toEqual([
      inputs.sft,
      inputs.sft,
      inputs.rl,
      inputs.rl,
    ]);
    const [score] = run.inputsOf('scoreBench');
    expect(score?.checkpoints[0]).toEqual(measured);
    expect(score?.checkpoints).toHaveLength(3);
  });
});
