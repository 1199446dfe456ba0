import { z } from 'zod';
import { blobRefSchema } from './ids.js';
import { stageNames } from './stage.js';

/** Figures a stage leaves for people: counts, rates, minutes. Shown in status, UI and report. */
export const summarySchema = z.record(z.string(), z.union([z.number(), z.string()]));
export type Summary = z.infer<typeof summarySchema>;

/** Output of synthesize, execute and verify: JSONL chunks in order, of tasks, attempts or verdicts. */
export const chunkSetSchema = z.strictObject({
  kind: z.enum(['tasks', 'attempts', 'verdicts']),
  chunks: z.array(blobRefSchema),
  count: z.number().int().nonnegative(),
});
export type ChunkSet = z.infer<typeof chunkSetSchema>;

/** What a finished stage left, found by its key: the same key is not done twice, in this run or another. */
export const stageRecordSchema = z.strictObject({
  stage: z.enum(stageNames),
  key: z.string(),
  output: blobRefSchema,
  summary: summarySchema,
  seconds: z.number().nonnegative(),
});
export type StageRecord = z.infer<typeof stageRecordSchema>;
