import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ScoreInput } from '../activities/bench/bench-activities.js';
import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { attemptAll } from './policy-attempts.js';
import { Progress } from './progress.js';
import { gpuActivities, pipelineActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';

type Scored = ScoreInput['checkpoints'];

/** Bench tasks × checkpoints × repeats → scores with intervals, held-out and unseen apart. */
export async function bench(
  input: StageWorkflowInput<{ dataset: BlobRef; base: BlobRef; sft: BlobRef; rl: BlobRef }>,
  sofar: Scored = [],
): Promise<StageOutput> {
  const { config, engine, inputs } = input;
  const { planBench, sealAttempts, scoreBench } = pipelineActivities(engine);
  const { splits } = await planBench({ config, dataset: inputs.dataset });
  const perCheckpoint = splits.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const stages = ['base', 'sft', 'rl'] as const;
  const progress = new Progress(stages.length * perCheckpoint, 'attempts');
  progress.set(sofar.length * perCheckpoint);
  const scored = [...sofar];
  for (const stage of stages.slice(sofar.length)) {
    const entry: Scored[number] = { checkpoint: inputs[stage], splits: [] };
    for (const { split, tasks, attempts: plans } of splits) {
      const label = `${stage}, ${split}`;
      const onScored = (): void => {
        progress.add(1, label);
      };
      const { attempts } = await attemptAll(input, { checkpoint: inputs[stage], tasks, plans, label, onScored });
      entry.splits.push({ split, attempts: [await sealAttempts(attempts)] });
    }
    scored.push(entry);
    if (workflowInfo().continueAsNewSuggested && scored.length < stages.length)
      return continueAsNew<typeof bench>(input, scored);
  }
  await gpuActivities(engine, 'free the device').closePolicy();
  return scoreBench({ config, dataset: inputs.dataset, checkpoints: scored });
}
