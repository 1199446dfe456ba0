import { ActivityFailure, continueAsNew, TimeoutFailure, workflowInfo } from '@temporalio/workflow';
import type { UpdateInput, UpdateOutput } from '../activities/rl/rl-activities.js';
import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { attemptAll } from './policy-attempts.js';
import { Progress } from './progress.js';
import { gpuActivities, hostActivities, pipelineActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';

/** Where a long RL goes on after continue-as-new. */
export interface RlState {
  iteration: number;
  checkpoint: BlobRef;
  consumedTaskIds: string[];
  rewards: number[];
}

/** The durable loop: sample groups → attempts → rewards → one update → new policy version → repeat. */
export async function rl(
  input: StageWorkflowInput<{ dataset: BlobRef; checkpoint: BlobRef }>,
  from: RlState = { iteration: 0, checkpoint: input.inputs.checkpoint, consumedTaskIds: [], rewards: [] },
): Promise<StageOutput> {
  const { config, engine, inputs, key, runId } = input;
  const perIteration = config.rl.tasksPerIteration * config.rl.attemptsPerTask;
  const progress = new Progress(config.rl.iterations * perIteration, 'attempts');
  progress.set(from.iteration * perIteration);
  let { checkpoint, consumedTaskIds } = from;
  const rewards = [...from.rewards];
  for (let iteration = from.iteration; iteration < config.rl.iterations; iteration += 1) {
    const label = `iteration ${String(iteration + 1)} of ${String(config.rl.iterations)}`;
    const plan = await pipelineActivities(engine).planIteration({ config, dataset: inputs.dataset, iteration });
    const set = { checkpoint, tasks: plan.tasks, plans: plan.attempts, label };
    const onScored = (): void => {
      progress.add(1, label);
    };
    const { attempts, policy } = await attemptAll(input, { ...set, onScored });
    consumedTaskIds = [...consumedTaskIds, ...plan.taskIds];
    const batch = { runId, key, config, iteration, checkpoint, attempts, consumedTaskIds };
    const update = await updateWhereServed(input, policy.hostQueue, batch, label);
    checkpoint = update.checkpoint;
    rewards.push(Number(update.point.reward));
    progress.add(0, `${label}, reward ${Number(update.point.reward).toFixed(3)}`);
    if (workflowInfo().continueAsNewSuggested && iteration + 1 < config.rl.iterations) {
      return continueAsNew<typeof rl>(input, { iteration: iteration + 1, checkpoint, consumedTaskIds, rewards });
    }
  }
  return { output: checkpoint, summary: summarize(rewards, consumedTaskIds.length) };
}

/** The update goes to the worker that holds the weights; when that worker is gone, to any other, which loads the checkpoint. */
async function updateWhereServed(
  { engine }: Pick<StageWorkflowInput, 'engine'>,
  hostQueue: string,
  batch: UpdateInput,
  label: string,
): Promise<UpdateOutput> {
  try {
    return await hostActivities(engine, hostQueue, `update, ${label}`).updatePolicy(batch);
  } catch (error) {
    const hostGone = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
    if (!hostGone) throw error;
    return gpuActivities(engine, `update, ${label}`).updatePolicy(batch);
  }
}

function summarize(rewards: readonly number[], tasks: number): StageOutput['summary'] {
  const [first, last] = [rewards[0], rewards.at(-1)];
  return {
    iterations: rewards.length,
    tasks,
    ...(first === undefined || last === undefined
      ? {}
      : { 'first reward': first.toFixed(3), 'last reward': last.toFixed(3) }),
  };
}
