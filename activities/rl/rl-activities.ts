import { posix } from 'node:path';
import { datasetSchema, type Dataset } from '../../domain/filter/dataset.js';
import { DatasetInvalid } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import type { RunConfig } from '../../domain/run-config.js';
import { deriveSeed, seededRandom } from '../../domain/seed.js';
import type { CurvePoint } from '../../domain/training/checkpoint.js';
import type { GrpoSample } from '../../domain/training/trainer-protocol.js';
import { contentHash } from '../content.js';
import { beatWhile, type Pulse } from '../heartbeat.js';
import type { PolicyAttemptOutput, PolicyAttemptPlan } from '../policy/attempt-plan.js';
import { attemptRecordSchema } from '../policy/attempt-task.js';
import { ingestCheckpoint, readCheckpoint } from '../policy/checkpoint-files.js';
import type { GpuDeps } from '../policy/gpu-deps.js';
import type { Store } from '../ports/store.js';

export interface IterationPlan {
  tasks: BlobRef;
  taskIds: string[];
  attempts: PolicyAttemptPlan[];
}

export async function readDataset(store: Store, ref: BlobRef | undefined): Promise<Dataset> {
  if (!ref) throw new DatasetInvalid('no dataset was given to this stage');
  return datasetSchema.parse(await store.getJson(ref));
}

/** Which train tasks an iteration samples: epochs over a seeded shuffle, so each task comes as often as any other. */
export async function planIteration(
  input: { config: RunConfig; dataset: BlobRef; iteration: number },
  store: Store,
): Promise<IterationPlan> {
  const { config, iteration } = input;
  const { tasks } = await readDataset(store, input.dataset);
  const ids = (await store.getLines(tasks.train)).map((task) => (task as { id: string }).id);
  const wanted = Math.min(config.rl.tasksPerIteration, ids.length);
  const first = iteration * wanted;
  const taskIds = Array.from({ length: wanted }, (_, offset) => {
    const epoch = Math.floor((first + offset) / ids.length);
    const order = seededRandom(deriveSeed(config.seed, 'rl', epoch)).shuffle(ids);
    return order[(first + offset) % ids.length] as string;
  });
  const attempts = taskIds.flatMap((taskId) =>
    Array.from({ length: config.rl.attemptsPerTask }, (_, index): PolicyAttemptPlan => ({
      id: `${taskId}.rl-${String(iteration)}.${String(index)}`,
      taskId,
      index,
      seed: deriveSeed(config.seed, 'rl', iteration, taskId, index),
      temperature: config.rl.temperature,
    })),
  );
  return { tasks: tasks.train, taskIds, attempts };
}

export interface UpdateInput {
  runId: string;
  key: string;
  config: RunConfig;
  iteration: number;
  /** The weights that sampled the attempts; served by the process that is to be updated. */
  checkpoint: BlobRef;
  attempts: PolicyAttemptOutput[];
  consumedTaskIds: string[];
}

export interface UpdateOutput {
  checkpoint: BlobRef;
  point: CurvePoint;
}

/** One GRPO update on what an iteration sampled, and its checkpoint. Done once: a second call finds the finished folder. */
export async function updatePolicy(input: UpdateInput, deps: GpuDeps, pulse: Pulse): Promise<UpdateOutput> {
  const { store, folders, policies } = deps;
  const { config, iteration } = input;
  const before = await readCheckpoint(store, input.checkpoint);
  // The weights may be gone with the process: then the last checkpoint is loaded, and the update is done on the same attempts.
  await beatWhile(pulse, 'loading the model', () => policies.open(input.checkpoint, config, () => undefined));
  const samples = await grpoSamples(input.attempts, store);
  const name = contentHash([input.key, iteration, input.checkpoint.sha256, samples.map((sample) => sample.id)]).slice(
    0,
    12,
  );
  const dir = await folders.work(`rl/${input.key}`);
  const batch = posix.join(dir, `batch-${String(iteration)}.jsonl`);
  await folders.writeLines(batch, samples);
  const policyVersion = `rl-${String(iteration + 1)}@${name}`;
  const outputDir = posix.join(dir, `update-${String(iteration + 1)}-${name}`);
  await folders.remove(outputDir);
  const { rl } = config;
  const update = {
    batch,
    output_dir: outputDir,
    consumed_task_ids: input.consumedTaskIds,
    policy_version: policyVersion,
    seed: deriveSeed(config.seed, 'update', iteration),
    settings: {
      loss: rl.loss,
      // The trainer recomputes log-probabilities of the very distribution that was sampled from.
      temperature: rl.temperature,
      lora: rl.lora,
      learning_rate: rl.learningRate,
      clip_low: rl.clipLow,
      clip_high: rl.clipHigh,
      importance_cap: rl.importanceCap,
      scale_by_std: rl.scaleByStd,
      minibatches: rl.minibatches,
      max_gradient_norm: rl.maxGradientNorm,
    },
  };
  // The trainer says nothing between a command and its answer, which may take minutes.
  const note = `updating, iteration ${String(iteration + 1)} of ${String(config.rl.iterations)}`;
  const updated = await beatWhile(pulse, note, () => policies.update(update, () => undefined, pulse.signal));
  const point = curvePoint(iteration, input.attempts, updated.metrics);
  const curve = [...(before.stage === 'rl' ? before.curve : []), point];
  const made = { dir: updated.path, stage: 'rl', policyVersion, model: before.model, curve } as const;
  const { ref } = await beatWhile(pulse, 'storing the checkpoint', () => ingestCheckpoint(made, deps));
  await folders.remove(outputDir);
  return { checkpoint: ref, point };
}

/** Only attempts with a reward: an infrastructure failure teaches nothing, and would teach that the policy was wrong. */
async function grpoSamples(attempts: readonly PolicyAttemptOutput[], store: Store): Promise<GrpoSample[]> {
  const rewarded = attempts.filter((attempt) => attempt.reward !== undefined);
  return Promise.all(
    rewarded.map(async ({ attemptId, taskId, reward = 0, record }) => {
      const { attempt } = attemptRecordSchema.parse(await store.getJson(record));
      const policy_version = attempt.policyVersion ?? '';
      return { id: attemptId, group: taskId, reward, policy_version, segments: attempt.trajectory.segments };
    }),
  );
}

function curvePoint(
  iteration: number,
  attempts: readonly PolicyAttemptOutput[],
  metrics: Record<string, number | string | null>,
): CurvePoint {
  const rewarded = attempts.filter((attempt) => attempt.reward !== undefined);
  const mean = rewarded.reduce((sum, attempt) => sum + (attempt.reward ?? 0), 0) / Math.max(1, rewarded.length);
  const passed = rewarded.filter((attempt) => attempt.passed).length / Math.max(1, rewarded.length);
  return { iteration: iteration + 1, ...metrics, reward: mean, pass: passed, attempts: rewarded.length };
}
