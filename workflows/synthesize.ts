import type { StageOutput } from '../activities/stage-io.js';
import { Progress } from './progress.js';
import { pipelineActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';
import { mapWindow } from './window.js';

/** Config and seed → candidate tasks. */
export async function synthesize({ config, engine }: StageWorkflowInput): Promise<StageOutput> {
  const { planSynthesis, synthesizeBatch, sealChunks } = pipelineActivities(engine);
  const batches = await planSynthesis(config);
  const progress = new Progress(config.synthesize.tasks, 'tasks');
  const made = await mapWindow(batches, engine.batchWindow, async ({ from, to }) => {
    const batch = await synthesizeBatch({ config, from, to });
    progress.add(batch.count);
    return batch;
  });
  return sealChunks({ kind: 'tasks', chunks: made.map(({ chunk }) => chunk), counts: made.map(({ count }) => count) });
}
