import type { WorkflowHandle } from '@temporalio/client';
import { onTestFinished } from 'vitest';
import { STATUS_MEMO, type RunStatus } from '../../domain/run-status.js';
import { openRun, type OpenRun, type RunOptions } from './run-workers.js';
import type { TemporalSuite } from './temporal-servers.js';

/** A run for the test that asks, closed when it ends. */
export async function testRun(suite: TemporalSuite, options: RunOptions = {}): Promise<OpenRun> {
  const run = await openRun(suite, options);
  onTestFinished(() => run.close());
  return run;
}

/** The run's status as its memo tells it. */
export async function statusOf(handle: WorkflowHandle): Promise<RunStatus> {
  const { memo } = await handle.describe();
  return memo?.[STATUS_MEMO] as RunStatus;
}

/** Search attributes by name. */
export async function searchAttributesOf(handle: WorkflowHandle): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await handle.describe();
  return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
}

/** Waits until the run's memo says this state. */
export async function untilState(handle: WorkflowHandle, state: RunStatus['state']): Promise<RunStatus> {
  return until(
    () => statusOf(handle),
    (status) => (status as RunStatus | undefined)?.state === state,
  );
}

/** Asks again and again until the answer is as wanted; the test's own timeout ends it otherwise. */
export async function until<Value>(
  ask: () => Promise<Value> | Value,
  wanted: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (wanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
