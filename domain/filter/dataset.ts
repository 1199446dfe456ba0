import { z } from 'zod';
import { blobRefSchema } from '../ids.js';

export const splitNames = ['train', 'heldOut', 'unseen'] as const;
export type SplitName = (typeof splitNames)[number];

export const rejectSchema = z.strictObject({
  taskId: z.string(),
  /** Which gate it failed, e.g. `oracle`, `null`, `deterministic`, `duplicate`, `near-duplicate`, `teacher`. */
  gate: z.string(),
  /** What was seen, for a person. */
  evidence: z.string(),
});
export type Reject = z.infer<typeof rejectSchema>;

/** The filter stage's output. Its blob's hash is the dataset's hash: two runs with one seed give the same. */
export const datasetSchema = z.strictObject({
  kind: z.literal('dataset'),
  /** JSONL of Task for each split. */
  tasks: z.strictObject({ train: blobRefSchema, heldOut: blobRefSchema, unseen: blobRefSchema }),
  /** JSONL of SftExample: passing teacher trajectories of train tasks. */
  sft: blobRefSchema,
  /** JSONL of Reject. */
  rejects: blobRefSchema,
  counts: z.strictObject({
    candidates: z.number().int(),
    kept: z.number().int(),
    train: z.number().int(),
    heldOut: z.number().int(),
    unseen: z.number().int(),
    examples: z.number().int(),
    rejected: z.record(z.string(), z.number().int()),
  }),
});
export type Dataset = z.infer<typeof datasetSchema>;
