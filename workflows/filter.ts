import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { Progress } from './progress.js';
import { pipelineActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';

/** Gates, duplicates, split: candidates and verdicts → dataset. */
export async function filter({
  engine,
  ...input
}: StageWorkflowInput<{ tasks: BlobRef; attempts: BlobRef; verdicts: BlobRef }>): Promise<StageOutput> {
  const progress = new Progress(1, 'dataset');
  const filtered = await pipelineActivities(engine).filterTasks(input);
  progress.set(1);
  return filtered;
}
