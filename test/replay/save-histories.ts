import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { PolicyUnreachable } from '../../activities/ports/model-errors.js';
import { TrainerError } from '../../domain/errors.js';
import { STATUS_MEMO, type RunStatus } from '../../domain/run-status.js';
import { stageNames } from '../../domain/stage.js';
import { scoredAttempt } from '../support/fake-activities.js';
import { openRun, type RunOptions } from '../support/run-workers.js';
import { openDevServer } from '../support/temporal-servers.js';

/**
 * Writes the histories that replay.test.ts replays: `npx tsx test/replay/save-histories.ts`. To be run when workflows were changed
 * on purpose and no run that is open under the old code needs to go on; what changed is then seen in the diff.
 */
const folder = fileURLToPath(new URL('histories', import.meta.url));

/** A stage that fails for good, and works with other settings. */
const held: RunOptions = {
  set: { 'sft.learningRate': 0.5 },
  instead: (store) => ({
    trainSft: async ({ config }) => {
      if (config.sft.learningRate === 0.5) throw new TrainerError('LossNotFinite: not finite', { retryable: false });
      return { output: await store.putJson('sft'), summary: {} };
    },
  }),
};

/** A policy that goes away once, and a host that never takes its update. */
function policyLost(): RunOptions {
  let left = 1;
  return {
    hostAlive: false,
    instead: (store) => ({
      attemptTask: async (input) => {
        if (input.plan.index === 0 || left === 0) return scoredAttempt(input, store);
        left -= 1;
        throw new PolicyUnreachable('http://policy does not answer');
      },
    }),
  };
}

async function save(name: string, handle: WorkflowHandle): Promise<void> {
  const { events } = JSON.parse(historyToJSON(await handle.fetchHistory())) as { events: unknown[] };
  const lines = events.map((event) => JSON.stringify(withoutPlace(event)));
  const text = `{"events":[\n${lines.join(',\n')}\n]}\n`;
  writeFileSync(join(folder, `${name}.json`), text.replaceAll(`${String(process.pid)}@${hostname()}`, 'worker'));
}

/** Where and by which process the run was made is nobody's business, and would change with every saving. */
function withoutPlace(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlace);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'stackTrace' && name !== 'identity');
  return Object.fromEntries(fields.map(([name, inner]) => [name, withoutPlace(inner)]));
}

async function untilHeld(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    const { memo } = await handle.describe();
    if ((memo?.[STATUS_MEMO] as RunStatus | undefined)?.state === 'held') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const server = await openDevServer();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const done = await openRun(server, { runId: 'saved-done' });
const pipeline = await done.start();
await pipeline.result();
await save('pipeline', pipeline);
for (const stage of stageNames) await save(stage, done.stageHandle(stage));
await done.close();

const retried = await openRun(server, { runId: 'saved-held', ...held });
const heldPipeline = await retried.start();
await untilHeld(heldPipeline);
await heldPipeline.executeUpdate('retryStage', { args: [{ set: { 'sft.learningRate': 0.001 } }] });
await heldPipeline.result();
await save('pipeline-held-and-retried', heldPipeline);
await retried.close();

const lost = await openRun(server, { runId: 'saved-lost', ...policyLost() });
await (await lost.start()).result();
await save('rl-policy-lost', lost.stageHandle('rl'));
await lost.close();

await server.close();
