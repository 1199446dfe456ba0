import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { Progress } from './progress.js';
import { pipelineActivities, sandboxActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';
import { mapWindow } from './window.js';

/** Tasks × scripted agents → attempts: what each did, and the workspace it left. */
export async function execute({
  engine,
  inputs,
  ...input
}: StageWorkflowInput<{ tasks: BlobRef }>): Promise<StageOutput> {
  const { listChunks, sealChunks } = pipelineActivities(engine);
  const chunks = await listChunks({ ref: inputs.tasks, kind: 'tasks' });
  const progress = new Progress(chunks.length, 'batches');
  const made = await mapWindow(chunks, engine.batchWindow, async (tasks, index) => {
    const { executeBatch } = sandboxActivities(engine, `batch ${String(index + 1)} of ${String(chunks.length)}`);
    const batch = await executeBatch({ ...input, index, inputs: { tasks } });
    progress.add(1);
    return batch;
  });
  return sealChunks({
    kind: 'attempts',
    chunks: made.map(({ chunk }) => chunk),
    counts: made.map(({ count }) => count),
  });
}
