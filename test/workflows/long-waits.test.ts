import { describe, expect, it } from 'vitest';
import { TrainerError } from '../../domain/errors.js';
import { testRun, until } from '../support/pipeline-run.js';
import { timeSkippingSuite } from '../support/temporal-suite.js';

const suite = timeSkippingSuite();

const minutesBetween = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => Math.round((time - (times[index] as number)) / 60_000));

describe('where a person would have to wait', () => {
  it('a failure that retries may mend is tried again after growing pauses, up to the longest one configured', async () => {
    const tries: number[] = [];
    const run = await testRun(suite, {
      engine: { retries: { initialSeconds: 60, maximumSeconds: 600, maximumAttempts: 6 } },
      instead: (store) => ({
        trainSft: async () => {
          tries.push(await suite.environment.currentTimeMs());
          if (tries.length < 6) throw new TrainerError('the device is busy', { retryable: true });
          return { output: await store.putJson('sft'), summary: {} };
        },
      }),
    });
    const inputs = { dataset: await run.store.putJson('dataset') };
    await (await run.startStage('sft', inputs)).result();
    expect(minutesBetween(tries)).toEqual([1, 2, 4, 8, 10]);
  });

  it('a held run is still there after two months, and goes on when it is retried', async () => {
    let broken = true;
    const run = await testRun(suite, {
      instead: (store) => ({
        filterTasks: async () => {
          if (broken) throw new TrainerError('broken', { retryable: false });
          return { output: await store.putJson('dataset'), summary: {} };
        },
      }),
    });
    const handle = await run.start();
    await until(
      () => run.inputsOf('recordRun').map(({ status }) => status.state),
      (states) => states.includes('held'),
    );
    await suite.environment.sleep('60 days');
    broken = false;
    await handle.executeUpdate('retryStage', { args: [{ set: {} }] });
    expect((await handle.result()).state).toBe('done');
    expect(run.inputsOf('filterTasks')).toHaveLength(2);
  });
});
