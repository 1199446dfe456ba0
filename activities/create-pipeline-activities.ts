import type { RunConfig } from '../domain/run-config.js';
import { planBench, scoreBench, sealAttempts, type ScoreInput } from './bench/bench-activities.js';
import { filterTasks } from './filter/filter-tasks.js';
import type { PolicyAttemptOutput } from './policy/attempt-plan.js';
import { planIteration } from './rl/rl-activities.js';
import { createRunActivities, type RunDeps } from './run/run-activities.js';
import type { StageInput } from './stage-io.js';
import { planSynthesis, synthesizeBatch } from './synthesize/synthesize-batch.js';

/** Activities of the `pipeline` queue: light, on the store alone. */
export function createPipelineActivities(deps: Omit<RunDeps, 'taskKinds'> & { taskKinds: readonly string[] }) {
  const { store } = deps;
  return {
    ...createRunActivities(deps),
    planSynthesis: (config: RunConfig) => Promise.resolve(planSynthesis(config)),
    synthesizeBatch: (input: { config: RunConfig; from: number; to: number }) => synthesizeBatch(input, store),
    filterTasks: (input: StageInput) => filterTasks(input, store),
    planIteration: (input: Parameters<typeof planIteration>[0]) => planIteration(input, store),
    planBench: (input: Parameters<typeof planBench>[0]) => planBench(input, store),
    sealAttempts: (attempts: PolicyAttemptOutput[]) => sealAttempts(attempts, store),
    scoreBench: (input: ScoreInput) => scoreBench(input, store),
  };
}

export type PipelineActivities = ReturnType<typeof createPipelineActivities>;
