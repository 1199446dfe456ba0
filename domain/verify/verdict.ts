import { z } from 'zod';
import { agentSchema } from '../attempt/attempt.js';
import { outcomeSchema } from '../attempt/outcome.js';

/** Named results of a verifier, each in [0, 1]. */
export const checksSchema = z.record(z.string().min(1).max(200), z.number().min(0).max(1));
export type Checks = z.infer<typeof checksSchema>;

/** What the verifier said of one attempt's snapshot. */
export const verdictSchema = z.strictObject({
  attemptId: z.string(),
  taskId: z.string(),
  agent: agentSchema,
  outcome: outcomeSchema,
  checks: checksSchema,
  /** Mean of the checks, in [0, 1]; absent when no valid result was had. */
  reward: z.number().min(0).max(1).optional(),
  /** Rewards of every verifier repeat on this snapshot; more than one distinct value means a flaky verifier. */
  repeats: z.array(z.number().min(0).max(1)),
});
export type Verdict = z.infer<typeof verdictSchema>;
