import { WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { GpuActivities } from '../../activities/create-gpu-activities.js';
import type { Store } from '../../activities/ports/store.js';
import { TrainerError } from '../../domain/errors.js';
import type { RunStatus } from '../../domain/run-status.js';
import { statusDetails } from '../../workflows/status-details.js';
import { searchAttributesOf, statusOf, testRun, untilState } from '../support/pipeline-run.js';
import { devServerSuite } from '../support/temporal-suite.js';

const suite = devServerSuite();

/** SFT that cannot work with the default learning rate, and says so as the trainer does. */
function failingSft(store: Store): Pick<GpuActivities, 'trainSft'> {
  return {
    trainSft: async ({ config }) => {
      if (config.sft.learningRate < 0.01)
        return { output: await store.putJson({ made: 'sft' }), summary: { steps: 7 } };
      throw new TrainerError('LossNotFinite: the loss is not finite at step 3', {
        retryable: false,
        nextStep: 'lower sft.learningRate',
      });
    },
  };
}
const failing = { set: { 'sft.learningRate': 0.5 }, instead: failingSft };

const retry = (handle: WorkflowHandle, set: Record<string, unknown>): Promise<RunStatus> =>
  handle.executeUpdate<RunStatus, [unknown]>('retryStage', { args: [{ set }] });

/** Why an update was refused, as the user gets to read it. */
async function refusal(update: Promise<unknown>): Promise<string> {
  const error = await update.then(
    () => new Error('the update was accepted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  let inner = error as Error;
  while (inner.cause instanceof Error) inner = inner.cause;
  return inner.message;
}

describe('a stage that fails for good', () => {
  it('holds the run at once, and the memo says stage, type, message and next step', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    const status = await untilState(handle, 'held');
    expect(status.held).toEqual({
      stage: 'sft',
      errorType: 'LossNotFinite',
      message: 'the loss is not finite at step 3',
      nextStep: 'lower sft.learningRate',
    });
    expect(status.stages.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'held',
      'waiting',
      'waiting',
    ]);
    expect(run.inputsOf('trainSft')).toHaveLength(1);
    expect(await searchAttributesOf(handle)).toMatchObject({ ClawmillState: 'held', ClawmillStage: 'sft' });
    expect(statusDetails(status)).toContain('**Held at sft**: LossNotFinite: the loss is not finite');
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('is retried with changed settings, and earlier stages are not repeated', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    await untilState(handle, 'held');
    const earlier = run.calls.filter(({ activity }) => /synthesize|execute|verify|filterTasks/.test(activity)).length;
    const answer = await retry(handle, { 'sft.learningRate': 0.001 });
    expect(answer.runId).toBe(run.runId);
    const status = await handle.result();
    expect(status.state).toBe('done');
    expect(status.held).toBeUndefined();
    expect(status.stages.map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'done'));
    expect(run.inputsOf('trainSft').map(({ config }) => config.sft.learningRate)).toEqual([0.5, 0.001]);
    expect(run.inputsOf('attemptTask')[0]?.config.sft.learningRate).toBe(0.001);
    expect(run.calls.filter(({ activity }) => /synthesize|execute|verify|filterTasks/.test(activity))).toHaveLength(
      earlier,
    );
  });

  it('is retried as it is when what was wrong lay outside', async () => {
    let broken = true;
    const run = await testRun(suite, {
      instead: (store) => ({
        filterTasks: async () => {
          if (broken) throw new TrainerError('out of luck', { retryable: false });
          return { output: await store.putJson('dataset'), summary: {} };
        },
      }),
    });
    const handle = await run.start();
    expect((await untilState(handle, 'held')).held).toEqual({
      stage: 'filter',
      errorType: 'TrainerError',
      message: 'out of luck',
    });
    broken = false;
    await retry(handle, {});
    expect((await handle.result()).state).toBe('done');
  });

  it('stays held when it fails again, with the new reason', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    await untilState(handle, 'held');
    await retry(handle, { 'sft.learningRate': 0.2 });
    for (let tries = run.inputsOf('trainSft').length; tries < 2; tries = run.inputsOf('trainSft').length) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await untilState(handle, 'held')).held?.stage).toBe('sft');
  });

  it('is held after the last try when the failure is one that retries might have mended', async () => {
    const run = await testRun(suite, {
      instead: () => ({ trainSft: () => Promise.reject(new TrainerError('the device is lost', { retryable: true })) }),
    });
    const status = await untilState(await run.start(), 'held');
    expect(status.held).toMatchObject({ stage: 'sft', errorType: 'TrainerError', message: 'the device is lost' });
    expect(run.calls.filter(({ activity }) => activity === 'trainSft').map(({ attempt }) => attempt)).toEqual([
      1, 2, 3,
    ]);
  });

  it('holds the run at sft when the base model is not there', async () => {
    const run = await testRun(suite, {
      instead: () => ({
        baseCheckpoint: () => Promise.reject(new TrainerError('no such model', { retryable: false })),
      }),
    });
    const status = await untilState(await run.start(), 'held');
    expect(status.held).toMatchObject({ stage: 'sft', message: 'no such model' });
    expect(run.inputsOf('trainSft')).toEqual([]);
  });
});

describe('updates of a run', () => {
  it('are refused while nothing is held', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    const early = refusal(retry(handle, {}));
    expect(await early).toBe('the run is running, not held: there is nothing to retry');
    expect(await refusal(handle.executeUpdate('abort', { args: [{ reason: 'why not' }] }))).toContain('not held');
  });

  it('refuse settings that have shaped stages that are done, and leave the run held', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    await untilState(handle, 'held');
    for (const path of ['synthesize.tasks', 'seed', 'name', 'filter.heldOutShare']) {
      const why = await refusal(retry(handle, { 'sft.epochs': 2, [path]: 1 }));
      expect(why).toBe(`${path} has shaped stages that are done; start a new run to change it`);
    }
    expect((await statusOf(handle)).state).toBe('held');
  });

  it('refuse a setting that does not parse, naming field and value, and leave the run held', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    await untilState(handle, 'held');
    const why = await refusal(retry(handle, { 'sft.learningRate': 'fast' }));
    expect(why).toMatch(/sft\.learningRate: .*\(it is "fast"\)/);
    expect((await statusOf(handle)).held?.stage).toBe('sft');
    await retry(handle, { 'sft.learningRate': 0.001 });
    expect((await handle.result()).state).toBe('done');
  });

  it('end a held run for good: it fails with the reason given and its record says aborted', async () => {
    const run = await testRun(suite, failing);
    const handle = await run.start();
    await untilState(handle, 'held');
    await handle.executeUpdate('abort', { args: [{ reason: 'the data is wrong' }] });
    const end = await handle.result().catch((error: unknown) => error);
    expect(end).toBeInstanceOf(WorkflowFailedError);
    expect((end as WorkflowFailedError).cause?.message).toBe('the data is wrong');
    expect(await run.store.getName(`runs/${run.runId}`)).toMatchObject({
      status: { state: 'aborted', held: { stage: 'sft' } },
    });
    expect((await statusOf(handle)).state).toBe('aborted');
  });
});
