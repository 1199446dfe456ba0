import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { Progress } from './progress.js';
import { pipelineActivities, sandboxActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';
import { mapWindow } from './window.js';

/** Attempts → rewards for each check, each snapshot in fresh sandboxes. */
export async function verify({
  engine,
  inputs,
  ...input
}: StageWorkflowInput<{ tasks: BlobRef; attempts: BlobRef }>): Promise<StageOutput> {
  const { listChunks, sealChunks } = pipelineActivities(engine);
  const taskChunks = await listChunks({ ref: inputs.tasks, kind: 'tasks' });
  const attemptChunks = await listChunks({ ref: inputs.attempts, kind: 'attempts' });
  const progress = new Progress(attemptChunks.length, 'batches');
  const made = await mapWindow(attemptChunks, engine.batchWindow, async (attempts, index) => {
    const { verifyBatch } = sandboxActivities(engine, `batch ${String(index + 1)} of ${String(attemptChunks.length)}`);
    const tasks = taskChunks[index] as BlobRef;
    const batch = await verifyBatch({ ...input, index, inputs: { tasks, attempts } });
    progress.add(1);
    return batch;
  });
  return sealChunks({
    kind: 'verdicts',
    chunks: made.map(({ chunk }) => chunk),
    counts: made.map(({ count }) => count),
  });
}
