import { z } from 'zod';
import { blobRefSchema } from '../ids.js';
import { outcomeSchema } from './outcome.js';
import { trajectorySchema } from './trajectory.js';

export const agentNames = ['oracle', 'null', 'teacher', 'policy'] as const;
export const agentSchema = z.enum(agentNames);
export type AgentName = z.infer<typeof agentSchema>;

/** One agent on one task. Everything in it is derived from seed and content, so a rerun gives the same record. */
export const attemptSchema = z.strictObject({
  id: z.string(),
  taskId: z.string(),
  agent: agentSchema,
  /** Which attempt of this agent on this task, from 0. */
  index: z.number().int().nonnegative(),
  /** `scored` here means: ended by itself; the reward is the verify stage's to give. */
  outcome: outcomeSchema,
  trajectory: trajectorySchema,
  /** The workspace as the agent left it; absent when infrastructure failed. */
  snapshot: blobRefSchema.optional(),
  /** Which weights sampled it; absent for scripted agents. */
  policyVersion: z.string().optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;
