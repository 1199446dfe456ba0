import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';
import type { ActivityFacts } from './run-facts.js';

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

const heartbeatSchema = z.object({ done: z.number(), of: z.number(), note: z.string().optional() });

/** What a workflow waits for, with the heartbeats of what runs. */
export function pendingActivities(description: WorkflowExecutionDescription): ActivityFacts[] {
  return (description.raw.pendingActivities ?? []).map(activityFacts);
}

function activityFacts(pending: Pending): ActivityFacts {
  const beat = heartbeatOf(pending);
  const failure = innermost(pending.lastFailure);
  return {
    type: pending.activityType?.name ?? 'unknown',
    attempt: pending.attempt ?? 1,
    maximumAttempts: pending.maximumAttempts ?? 0,
    running: Boolean(pending.lastStartedTime) && !pending.nextAttemptScheduleTime,
    ...(beat
      ? { heartbeat: { done: beat.done, of: beat.of, ...(beat.note === undefined ? {} : { note: beat.note }) } }
      : {}),
    ...(failure ? { lastFailure: failure } : {}),
  };
}

/** Undefined where there was none, or one of another shape: workers of another version may say other things. */
function heartbeatOf(pending: Pending): z.infer<typeof heartbeatSchema> | undefined {
  const payload = pending.heartbeatDetails?.payloads?.[0];
  if (!payload) return undefined;
  try {
    const parsed = heartbeatSchema.safeParse(defaultPayloadConverter.fromPayload(payload));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function innermost(failure: Pending['lastFailure']): string | undefined {
  let inner = failure;
  while (inner?.cause && !inner.applicationFailureInfo) inner = inner.cause;
  return inner?.message ?? undefined;
}
