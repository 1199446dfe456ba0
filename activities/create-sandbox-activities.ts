import type { BlobRef } from '../domain/ids.js';
import { executeBatch } from './execute/execute-batch.js';
import type { Pulse } from './heartbeat.js';
import type { PolicyAttemptInput } from './policy/attempt-plan.js';
import { attemptTask, type PolicyAttemptDeps } from './policy/attempt-task.js';
import type { BatchInput } from './stage-io.js';
import { verifyBatch } from './verify/verify-batch.js';

/** Activities of the `sandbox` queue: attempts and verification. `pulse` gives the running activity's own. */
export function createSandboxActivities(deps: PolicyAttemptDeps, pulse: () => Pulse) {
  return {
    executeBatch: (input: BatchInput<{ tasks: BlobRef }>) => executeBatch(input, deps, pulse()),
    verifyBatch: (input: BatchInput<{ tasks: BlobRef; attempts: BlobRef }>) => verifyBatch(input, deps, pulse()),
    attemptTask: (input: PolicyAttemptInput) => attemptTask(input, deps, pulse()),
  };
}

export type SandboxActivities = ReturnType<typeof createSandboxActivities>;
