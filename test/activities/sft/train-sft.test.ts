import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../activities/policy/checkpoint-files.js';
import { trainSft } from '../../../activities/sft/train-sft.js';
import { DatasetInvalid } from '../../../domain/errors.js';
import type { TrainerEvent } from '../../../domain/training/trainer-protocol.js';
import { configOf } from '../../support/activity-deps.js';
import { datasetOf } from '../../support/datasets.js';
import { gpuDeps } from '../../support/fake-trainer.js';
import { pulseOf } from '../../support/pulse.js';
import { taskOf } from '../../support/tasks.js';

const step = (number: number, loss: number): TrainerEvent => ({
  event: 'step',
  step: number,
  of: 3,
  loss,
  trained_tokens: number,
  tokens: number * 10,
  learning_rate: 0.1,
  seconds: 1,
});
const example = { id: 'e1', segments: [{ source: 'agent' as const, text: 'exec\nls', train: true }] };

async function training(set: Record<string, unknown> = {}) {
  const deps = gpuDeps();
  const dataset = await datasetOf(deps.store, { train: [taskOf()], examples: [example] });
  return { deps, input: { runId: 'r', key: 'sft-key', config: configOf(set), inputs: { dataset } } };
}

describe('training on demonstrations', () => {
  it("gives the trainer the dataset's examples and the settings of the run", async () => {
    const { deps, input } = await training({ 'sft.learningRate': 0.01, 'sft.maxSteps': 7, seed: 5 });
    await trainSft(input, deps, pulseOf());
    const [job] = deps.trainer.jobs;
    expect(job).toMatchObject({
      ...{ model: '/models/embedded', device: 'cpu', seed: 5, adapter: null },
      settings: { method: 'lora', learning_rate: 0.01, max_steps: 7, epochs: 1 },
    });
    expect(JSON.parse(readFileSync(job!.examples, 'utf8'))).toEqual(example);
  });

  it('leaves a checkpoint named by its weights, with the curve of the loss', async () => {
    const { deps, input } = await training();
    deps.trainer.events = [step(1, 2), step(2, 1.23456), step(3, 0.5)];
    const { output, summary } = await trainSft(input, deps, pulseOf());
    const checkpoint = await readCheckpoint(deps.store, output);
    expect(checkpoint).toMatchObject({ stage: 'sft', policyVersion: expect.stringMatching(/^sft@[0-9a-f]{12}$/) });
    expect(checkpoint.curve).toEqual([
      { step: 1, loss: 2, tokens: 10 },
      { step: 2, loss: 1.23456, tokens: 20 },
      { step: 3, loss: 0.5, tokens: 30 },
    ]);
    expect(summary).toMatchObject({
      checkpoint: checkpoint.policyVersion,
      examples: 1,
      steps: 3,
      loss: 0.5,
      final_loss: 0.5,
    });
    expect(summary).not.toHaveProperty('device');
  });

  it('keeps the curve from before it was killed', async () => {
    const { deps, input } = await training();
    deps.trainer.events = [step(1, 2), step(2, 1)];
    await trainSft(input, deps, pulseOf());
    deps.trainer.events = [step(2, 0.9), step(3, 0.5)];
    const { output } = await trainSft(input, deps, pulseOf());
    expect((await readCheckpoint(deps.store, output)).curve.map(({ step: at, loss }) => [at, loss])).toEqual([
      [1, 2],
      [2, 0.9],
      [3, 0.5],
    ]);
    expect(new Set(deps.trainer.jobs.map(({ output_dir }) => output_dir)).size).toBe(1);
  });

  it('frees the device of a policy that is being served', async () => {
    const { deps, input } = await training();
    const base = { kind: 'checkpoint', stage: 'base', policyVersion: 'base@1', files: [], curve: [] };
    const checkpoint = await deps.store.putJson({ ...base, model: { source: 'embedded', sha256: 'b'.repeat(64) } });
    await deps.policies.open(checkpoint, input.config, () => undefined);
    await trainSft(input, deps, pulseOf());
    expect(deps.trainer.policies[0]?.alive).toBe(false);
  });

  it('tells step and loss as it goes', async () => {
    const { deps, input } = await training();
    deps.trainer.events = [step(2, 1.5)];
    const pulse = pulseOf();
    await trainSft(input, deps, pulse);
    expect(pulse.beats).toContainEqual({ done: 2, of: 3, note: 'loss 1.500' });
  });

  it('is refused without a dataset', async () => {
    const { deps, input } = await training();
    await expect(trainSft({ ...input, inputs: {} }, deps, pulseOf())).rejects.toThrow(DatasetInvalid);
  });
});
