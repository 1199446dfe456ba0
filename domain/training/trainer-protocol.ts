import { z } from 'zod';
import { segmentSchema } from '../attempt/trajectory.js';

/**
 * What the gpu worker and the Python trainer say to each other. A job is a JSON file named on the command line
 * (`python -m trainer JOB.json`); events come as JSON lines on descriptor 3; a `policy` job also takes commands as JSON lines
 * on stdin, and ends when stdin closes. Folders named `output_dir` are written aside and renamed; a file `COMPLETE`, written last,
 * marks a whole checkpoint.
 */

/** One training example: loss falls on segments with `train`. */
export const sftExampleSchema = z.strictObject({ id: z.string(), segments: z.array(segmentSchema) });
export type SftExample = z.infer<typeof sftExampleSchema>;

export const loraSchema = z.strictObject({ rank: z.number().int().positive(), alpha: z.number().positive() });

const trainedModelSchema = {
  /** A local Hugging Face model folder. */
  model: z.string(),
  /** A PEFT adapter folder to go on from, or null for a fresh one (method lora) or none (method full). */
  adapter: z.string().nullable(),
  device: z.enum(['cpu', 'cuda']),
  /** `auto`: bf16 where the device has it, else fp32. */
  precision: z.enum(['auto', 'bf16', 'fp32']),
  seed: z.number().int().nonnegative(),
};

export const sftJobSchema = z.strictObject({
  job: z.literal('sft'),
  ...trainedModelSchema,
  /** JSONL of SftExample. */
  examples: z.string(),
  /** The same, held out from training; null for no evaluation. */
  eval_examples: z.string().nullable(),
  /** Holds `step-N` checkpoint folders and at the end `final`. A job started again on it resumes from its last whole step. */
  output_dir: z.string(),
  settings: z.strictObject({
    method: z.enum(['lora', 'full']),
    lora: loraSchema,
    learning_rate: z.number().positive(),
    warmup_ratio: z.number().min(0).max(1),
    batch_size: z.number().int().positive(),
    epochs: z.number().positive(),
    /** Stops earlier than the epochs would; null for no bound. */
    max_steps: z.number().int().positive().nullable(),
    /** Examples longer than this are dropped, and counted in `done`. */
    max_tokens: z.number().int().positive(),
    checkpoint_every_steps: z.number().int().positive(),
  }),
});
export type SftJob = z.infer<typeof sftJobSchema>;

export const grpoSettingsSchema = z.strictObject({
  loss: z.enum(['grpo', 'dapo', 'dr_grpo']),
  lora: loraSchema,
  learning_rate: z.number().positive(),
  clip_low: z.number().positive(),
  clip_high: z.number().positive(),
  /** Cap of the truncated importance weight between trainer and sampler. */
  importance_cap: z.number().positive(),
  /** Divide a group's advantages by their standard deviation. */
  scale_by_std: z.boolean(),
  /** Optimizer steps an update makes over its batch. */
  minibatches: z.number().int().positive(),
  max_gradient_norm: z.number().positive(),
  /** That the samples were drawn at, and their recorded logprobs scaled by; 1 where absent. */
  temperature: z.number().positive().optional(),
});

export const policyJobSchema = z.strictObject({
  job: z.literal('policy'),
  ...trainedModelSchema,
  host: z.string(),
  port: z.number().int().min(0).max(65_535),
  /** Sequences decoded together, and tokens each may hold. */
  slots: z.number().int().positive(),
  context_tokens: z.number().int().positive(),
  policy_version: z.string(),
});
export type PolicyJob = z.infer<typeof policyJobSchema>;

/** One attempt as GRPO takes it: `group` names the attempts that share a baseline. */
export const grpoSampleSchema = z.strictObject({
  id: z.string(),
  group: z.string(),
  reward: z.number(),
  policy_version: z.string(),
  segments: z.array(segmentSchema),
});
export type GrpoSample = z.infer<typeof grpoSampleSchema>;

export const policyCommandSchema = z.discriminatedUnion('command', [
  /** Serve these weights from now on. `adapter` null: the bare model. */
  z.strictObject({
    command: z.literal('load'),
    id: z.string(),
    adapter: z.string().nullable(),
    /** Folder with optimizer and RNG state to go on training from, or null. */
    trainer_state: z.string().nullable(),
    policy_version: z.string(),
  }),
  /** One GRPO update on the weights being served; the result is served afterwards, as `policy_version`. */
  z.strictObject({
    command: z.literal('update'),
    id: z.string(),
    /** JSONL of GrpoSample. */
    batch: z.string(),
    settings: grpoSettingsSchema,
    /** Becomes a checkpoint: adapter, optimizer, RNG, and `state.json` with `consumed_task_ids` as given here. */
    output_dir: z.string(),
    consumed_task_ids: z.array(z.string()),
    policy_version: z.string(),
    seed: z.number().int().nonnegative(),
  }),
]);
export type PolicyCommand = z.infer<typeof policyCommandSchema>;

const metricsSchema = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

export const trainerEventSchema = z.discriminatedUnion('event', [
  /** Model loaded. `url` only from a policy job. */
  z.object({
    event: z.literal('ready'),
    device: z.string(),
    precision: z.string(),
    parameters: z.number(),
    trainable: z.number(),
    url: z.string().optional(),
  }),
  z.object({
    event: z.literal('step'),
    step: z.number(),
    of: z.number(),
    loss: z.number(),
    /** Trained-on and total tokens seen so far. */
    trained_tokens: z.number(),
    tokens: z.number(),
    learning_rate: z.number(),
    seconds: z.number(),
  }),
  z.object({ event: z.literal('checkpoint'), step: z.number(), path: z.string() }),
  z.object({ event: z.literal('eval'), step: z.number(), loss: z.number() }),
  /** Answers a `load`. */
  z.object({ event: z.literal('loaded'), id: z.string(), policy_version: z.string() }),
  /** Answers an `update`. `path` is the whole checkpoint folder. */
  z.object({
    event: z.literal('updated'),
    id: z.string(),
    path: z.string(),
    policy_version: z.string(),
    metrics: metricsSchema,
  }),
  /** `type` is the Python exception class; `id` names the command it answers, if any. */
  z.object({
    event: z.literal('error'),
    id: z.string().optional(),
    type: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    next_step: z.string().optional(),
  }),
  z.object({ event: z.literal('done'), path: z.string(), metrics: metricsSchema }),
]);
export type TrainerEvent = z.infer<typeof trainerEventSchema>;
