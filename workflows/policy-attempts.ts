import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { PolicyAttemptOutput, PolicyAttemptPlan } from '../activities/policy/attempt-plan.js';
import type { OpenedPolicy } from '../activities/create-gpu-activities.js';
import type { BlobRef } from '../domain/ids.js';
import { gpuActivities, sandboxActivities } from './proxies.js';
import type { StageWorkflowInput } from './stage-types.js';
import { mapWindow } from './window.js';

/** How often a policy is opened anew for one set of attempts, before the stage is held. */
const maximumOpenings = 10;

export interface AttemptSet {
  checkpoint: BlobRef;
  tasks: BlobRef;
  plans: readonly PolicyAttemptPlan[];
  /** What the attempts are for, e.g. `iteration 3`. */
  label: string;
  onScored: (attempt: PolicyAttemptOutput) => void;
}

/**
 * Opens the checkpoint's policy on some gpu worker and plays every planned attempt over the sandbox workers, one activity each. If
 * the process that serves it goes away (its worker was killed), the policy is opened anew, and only what is unscored is played.
 */
export async function attemptAll(
  { engine, config, key, runId }: Omit<StageWorkflowInput, 'inputs'>,
  set: AttemptSet,
): Promise<{ attempts: PolicyAttemptOutput[]; policy: OpenedPolicy }> {
  const scored = new Map<string, PolicyAttemptOutput>();
  for (let opening = 1; ; opening += 1) {
    const policy = await gpuActivities(engine, `serve for ${set.label}`).openPolicy({
      checkpoint: set.checkpoint,
      config,
    });
    const missing = set.plans.filter((plan) => !scored.has(plan.id));
    let gone: ActivityFailure | undefined;
    await mapWindow(missing, config.policy.concurrency, async (plan) => {
      if (gone) return;
      const { attemptTask } = sandboxActivities(engine, `${plan.taskId} #${String(plan.index)}, ${set.label}`);
      try {
        const attempt = await attemptTask({ runId, key, config, tasks: set.tasks, plan, policy });
        scored.set(plan.id, attempt);
        set.onScored(attempt);
      } catch (error) {
        if (!isPolicyUnreachable(error)) throw error;
        gone = error;
      }
    });
    if (!gone) return { attempts: set.plans.map((plan) => scored.get(plan.id) as PolicyAttemptOutput), policy };
    if (opening === maximumOpenings) throw gone;
  }
}

function isPolicyUnreachable(error: unknown): error is ActivityFailure {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'PolicyUnreachable'
  );
}
