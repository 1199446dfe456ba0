import { z } from 'zod';
import { toolCallSchema } from './tool-call.js';

/**
 * One piece of an attempt's token stream. Segments are tokenized each on its own, when they are made, and never again:
 * a sampled segment carries the ids as sampled. Concatenated ids are exactly what the model saw.
 */
export const segmentSchema = z.strictObject({
  source: z.enum(['prompt', 'agent', 'environment']),
  /** The rendered text, template markers included. For sampled segments: the ids' decoding, for people to read. */
  text: z.string(),
  /** Present when a model took part; absent for scripted agents, whose text the trainer tokenizes by segment. */
  ids: z.array(z.number().int().nonnegative()).optional(),
  /** One per id, natural log, as the sampler computed it. Only on sampled segments. */
  logprobs: z.array(z.number()).optional(),
  /** True where the tokens are the agent's own (loss mask 1). A terminator that the harness adds is a segment with false. */
  train: z.boolean(),
});
export type Segment = z.infer<typeof segmentSchema>;

/** What was done and seen in one step. `call` is absent when the agent's words could not be read as a call. */
export const stepSchema = z.strictObject({
  call: toolCallSchema.optional(),
  observation: z.string(),
});
export type Step = z.infer<typeof stepSchema>;

/** An attempt's steps, exact to the token. Holds no clock readings: the same attempt has the same hash anywhere. */
export const trajectorySchema = z.strictObject({
  profile: z.enum(['compact']),
  segments: z.array(segmentSchema),
  steps: z.array(stepSchema),
});
export type Trajectory = z.infer<typeof trajectorySchema>;
