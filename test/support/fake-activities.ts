import { Context } from '@temporalio/activity';
import type { ScoreInput } from '../../activities/bench/bench-activities.js';
import type { GpuActivities } from '../../activities/create-gpu-activities.js';
import type { PipelineActivities } from '../../activities/create-pipeline-activities.js';
import type { SandboxActivities } from '../../activities/create-sandbox-activities.js';
import type {
  PolicyAttemptInput,
  PolicyAttemptOutput,
  PolicyAttemptPlan,
} from '../../activities/policy/attempt-plan.js';
import type { Store } from '../../activities/ports/store.js';
import { createRunActivities } from '../../activities/run/run-activities.js';
import { planSynthesis } from '../../activities/synthesize/synthesize-batch.js';

export type AllActivities = PipelineActivities & SandboxActivities & GpuActivities;

/** One try of an activity: what it got, and the queue on which a worker took it. */
export interface ActivityCall {
  activity: string;
  queue: string;
  attempt: number;
  input: unknown;
}

export interface FakeActivities {
  calls: ActivityCall[];
  /** Inputs of every try of one activity, in order. */
  inputsOf<Name extends keyof AllActivities>(name: Name): Parameters<AllActivities[Name]>[0][];
  pipeline: PipelineActivities;
  sandbox: SandboxActivities;
  gpu: GpuActivities;
}

/**
 * Activities that do in no time what the real ones do in minutes, and note that they were called. Keys, reuse, settings, chunks and
 * records are the real ones, over the given store. `hostQueue` is what an opened policy names as its own.
 */
export function fakeActivities(store: Store, hostQueue: string, instead: Partial<AllActivities> = {}): FakeActivities {
  const calls: ActivityCall[] = [];
  const all: AllActivities = {
    ...pipelineFakes(store),
    ...sandboxFakes(store),
    ...gpuFakes(store, hostQueue),
    ...instead,
  };
  const noted = <Name extends keyof AllActivities>(...names: Name[]): Pick<AllActivities, Name> =>
    Object.fromEntries(names.map((name) => [name, note(calls, name, all[name])])) as unknown as Pick<
      AllActivities,
      Name
    >;
  return {
    calls,
    inputsOf: (name) => calls.filter(({ activity }) => activity === name).map(({ input }) => input as never),
    pipeline: noted(...(Object.keys(pipelineFakes(store)) as (keyof PipelineActivities)[])),
    sandbox: noted('executeBatch', 'verifyBatch', 'attemptTask'),
    gpu: noted('baseCheckpoint', 'trainSft', 'openPolicy', 'updatePolicy', 'closePolicy'),
  };
}

function note(calls: ActivityCall[], activity: string, work: unknown): (input: unknown) => unknown {
  return (input) => {
    const { taskQueue: queue, attempt } = Context.current().info;
    calls.push({ activity, queue, attempt, input });
    return (work as (input: unknown) => unknown)(input);
  };
}

function pipelineFakes(store: Store): PipelineActivities {
  const run = createRunActivities({ store, codeVersion: () => Promise.resolve('code'), taskKinds: [] });
  return {
    ...run,
    planSynthesis: (config) => Promise.resolve(planSynthesis(config)),
    synthesizeBatch: async ({ from, to }) => ({
      chunk: await store.putLines([{ tasks: [from, to] }]),
      count: to - from,
    }),
    filterTasks: async ({ inputs }) => ({
      output: await store.putJson({ made: 'dataset', inputs }),
      summary: { kept: 3 },
    }),
    planIteration: async ({ config, dataset, iteration }) => {
      const taskIds = Array.from(
        { length: config.rl.tasksPerIteration },
        (_, task) => `t${String(iteration)}-${String(task)}`,
      );
      return {
        tasks: dataset,
        taskIds,
        attempts: plansFor(taskIds, config.rl.attemptsPerTask, `rl-${String(iteration)}`),
      };
    },
    planBench: async ({ config, dataset }) => {
      const plan = (split: 'heldOut' | 'unseen') => {
        const taskIds = Array.from({ length: config.bench.tasksPerSplit }, (_, task) => `${split}-${String(task)}`);
        return { split, tasks: dataset, attempts: plansFor(taskIds, config.bench.repeats, 'bench') };
      };
      return { splits: [plan('heldOut'), plan('unseen')] };
    },
    sealAttempts: (attempts) => store.putLines(attempts),
    scoreBench: async ({ checkpoints }: ScoreInput) => ({
      output: await store.putJson({ made: 'scores', checkpoints }),
      summary: { checkpoints: checkpoints.length },
    }),
  };
}

function plansFor(taskIds: readonly string[], attempts: number, where: string): PolicyAttemptPlan[] {
  return taskIds.flatMap((taskId) =>
    Array.from({ length: attempts }, (_, index) => ({
      id: `${taskId}.${where}.${String(index)}`,
      taskId,
      index,
      seed: index,
      temperature: 0,
    })),
  );
}

function sandboxFakes(store: Store): SandboxActivities {
  return {
    executeBatch: async ({ index, inputs }) => ({
      chunk: await store.putLines([{ attempts: index, inputs }]),
      count: 2,
    }),
    verifyBatch: async ({ index, inputs }) => ({
      chunk: await store.putLines([{ verdicts: index, inputs }]),
      count: 2,
    }),
    attemptTask: (input) => scoredAttempt(input, store),
  };
}

/** A full reward for even attempts, none for odd ones. */
export async function scoredAttempt({ plan, policy }: PolicyAttemptInput, store: Store): Promise<PolicyAttemptOutput> {
  const reward = plan.index % 2 === 0 ? 1 : 0;
  const record = await store.putJson({ attempt: plan.id, by: policy.policyVersion });
  return {
    attemptId: plan.id,
    taskId: plan.taskId,
    outcome: 'scored',
    reward,
    passed: reward === 1,
    record,
    sampledTokens: 5,
  };
}

function gpuFakes(store: Store, hostQueue: string): GpuActivities {
  return {
    baseCheckpoint: ({ model }) => store.putJson({ made: 'base', of: model.source }),
    trainSft: async ({ inputs, config }) => ({
      output: await store.putJson({ made: 'sft', inputs, rate: config.sft.learningRate }),
      summary: { steps: 7 },
    }),
    openPolicy: ({ checkpoint }) =>
      Promise.resolve({ url: 'http://policy', policyVersion: `version of ${checkpoint.sha256}`, hostQueue }),
    updatePolicy: async ({ iteration, checkpoint }) => ({
      checkpoint: await store.putJson({ made: 'rl', iteration, from: checkpoint }),
      point: { iteration: iteration + 1, reward: (iteration + 1) / 10 },
    }),
    closePolicy: () => Promise.resolve(),
  };
}
