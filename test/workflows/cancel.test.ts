import { Context } from '@temporalio/activity';
import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { testRun, until } from '../support/pipeline-run.js';
import { devServerSuite } from '../support/temporal-suite.js';

const suite = devServerSuite();

describe('cancelling a run', () => {
  it('cancels the stage that runs, waits for its activity to stop, and starts no further stage', async () => {
    let stopped = false;
    const run = await testRun(suite, {
      instead: () => ({
        trainSft: async () => {
          const { cancelled, heartbeat } = Context.current();
          const timer = setInterval(() => {
            heartbeat();
          }, 50);
          await cancelled
            .catch(async (error: unknown) => {
              await new Promise((resolve) => setTimeout(resolve, 300));
              stopped = true;
              throw error;
            })
            .finally(() => {
              clearInterval(timer);
            });
          throw new Error('never reached: `cancelled` only rejects');
        },
      }),
    });
    const handle = await run.start();
    await until(
      () => run.inputsOf('trainSft').length,
      (tries) => tries > 0,
    );
    await handle.cancel();
    const end = await handle.result().catch((error: unknown) => error);
    expect(end).toBeInstanceOf(WorkflowFailedError);
    expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(stopped).toBe(true);
    expect((await run.stageHandle('sft').describe()).status.name).toBe('CANCELLED');
    expect(run.inputsOf('openPolicy')).toEqual([]);
  });
});
