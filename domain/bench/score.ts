import { z } from 'zod';
import { blobRefSchema } from '../ids.js';

/** One attempt of the bench, as counted. `reward` is absent for failures that are not the agent's. */
export const scoredAttemptSchema = z.strictObject({
  attemptId: z.string(),
  taskId: z.string(),
  outcome: z.string(),
  reward: z.number().min(0).max(1).optional(),
  /** Every check true. */
  passed: z.boolean(),
  /** Attempt and Verdict, whole. */
  record: blobRefSchema,
});
export type ScoredAttempt = z.infer<typeof scoredAttemptSchema>;

const rateSchema = z.strictObject({
  passed: z.number().int(),
  of: z.number().int(),
  rate: z.number(),
  low: z.number(),
  high: z.number(),
});

/** One checkpoint on one split. Infrastructure failures are left out of every denominator, and counted here. */
export const splitScoreSchema = z.strictObject({
  split: z.enum(['heldOut', 'unseen']),
  tasks: z.number().int(),
  /** Share of attempts with every check true, with its Wilson interval. */
  pass: rateSchema,
  /** Mean code reward. */
  meanReward: z.number(),
  infraFailures: z.number().int(),
  verifierFailures: z.number().int(),
  /** Pass counts by kind of task. */
  byKind: z.record(z.string(), z.strictObject({ passed: z.number().int(), of: z.number().int() })),
  attempts: z.array(scoredAttemptSchema),
});
export type SplitScore = z.infer<typeof splitScoreSchema>;

export const benchScoresSchema = z.strictObject({
  kind: z.literal('bench'),
  checkpoints: z.array(
    z.strictObject({
      stage: z.enum(['base', 'sft', 'rl']),
      policyVersion: z.string(),
      checkpoint: blobRefSchema,
      splits: z.array(splitScoreSchema),
    }),
  ),
});
export type BenchScores = z.infer<typeof benchScoresSchema>;
