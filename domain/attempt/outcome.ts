import { z } from 'zod';

export const agentFailureReasons = [
  'deadline',
  'step_limit',
  'context',
  'malformed_call',
  'workspace_too_large',
] as const;

/**
 * How an attempt ended. Only `scored` and `agent_failure` carry a reward: an infrastructure failure is retried and is
 * never a reward of 0; a verifier failure is tried again and then counted apart.
 */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('scored') }),
  z.strictObject({ kind: z.literal('agent_failure'), reason: z.enum(agentFailureReasons) }),
  z.strictObject({ kind: z.literal('infra_failure'), reason: z.string() }),
  z.strictObject({ kind: z.literal('verifier_failure'), reason: z.string() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type AgentFailureReason = (typeof agentFailureReasons)[number];
