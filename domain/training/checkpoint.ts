import { z } from 'zod';
import { blobRefSchema, sha256Schema } from '../ids.js';

export const checkpointStages = ['base', 'sft', 'rl'] as const;

/** One point of a learning curve. */
export const curvePointSchema = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));
export type CurvePoint = z.infer<typeof curvePointSchema>;

/** Which weights: a base model, and the files that training added (an adapter, or whole weights, and trainer state). */
export const checkpointSchema = z.strictObject({
  kind: z.literal('checkpoint'),
  stage: z.enum(checkpointStages),
  /** `base`, `sft`, `rl-<iteration>`, made unique by the hash of the weights: `sft@0123456789ab`. */
  policyVersion: z.string(),
  model: z.strictObject({
    /** As the run config names it. */
    source: z.string(),
    sha256: sha256Schema,
  }),
  /** Files below the checkpoint folder, sorted by path; empty for `base`. */
  files: z.array(z.strictObject({ path: z.string(), blob: blobRefSchema })),
  /** Loss or reward over time, for the report. */
  curve: z.array(curvePointSchema),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;
