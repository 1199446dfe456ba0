import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { Progress } from './progress.js';
import { gpuActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';

/** Passing trajectories → checkpoint. One long activity; its heartbeats tell the step and the loss. */
export async function sft({ engine, ...input }: StageWorkflowInput<{ dataset: BlobRef }>): Promise<StageOutput> {
  const progress = new Progress(1, 'checkpoint');
  const trained = await gpuActivities(engine, `${input.config.sft.method}, ${input.config.model.source}`).trainSft(
    input,
  );
  progress.set(1);
  return trained;
}
