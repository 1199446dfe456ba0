import { attemptSchema, type Attempt } from '../../domain/attempt/attempt.js';
import type { BlobRef } from '../../domain/ids.js';
import type { RunConfig } from '../../domain/run-config.js';
import { taskSchema, type Task } from '../../domain/task/task.js';
import { workspaceSchema } from '../../domain/task/workspace.js';
import type { Verdict } from '../../domain/verify/verdict.js';
import { sandboxLimits } from '../attempt/limits.js';
import { runBatch } from '../batch.js';
import type { ExecuteDeps } from '../execute/execute-batch.js';
import type { Pulse } from '../heartbeat.js';
import type { BatchInput, BatchOutput } from '../stage-io.js';
import { verifySnapshot } from './verify-snapshot.js';

/** Rewards for every attempt of one chunk: each snapshot is verified `verify.repeats` times in a fresh sandbox. */
export async function verifyBatch(
  input: BatchInput<{ tasks: BlobRef; attempts: BlobRef }>,
  deps: ExecuteDeps,
  pulse: Pulse,
): Promise<BatchOutput> {
  const tasks = new Map(
    (await deps.store.getLines(input.inputs.tasks))
      .map((line) => taskSchema.parse(line))
      .map((task) => [task.id, task]),
  );
  const attempts = (await deps.store.getLines(input.inputs.attempts)).map((line) => attemptSchema.parse(line));
  const ledger = await deps.ledgers.open(`${input.key}/${String(input.index)}`);
  try {
    const verdicts = await runBatch<Attempt, Verdict>({
      items: attempts,
      id: (attempt) => attempt.id,
      work: (attempt) => verifyAttempt(attempt, tasks.get(attempt.taskId), input, deps),
      ledger,
      concurrency: input.config.verify.concurrency,
      pulse,
    });
    return { chunk: await deps.store.putLines(verdicts), count: verdicts.length };
  } finally {
    await ledger.close();
  }
}

/** One attempt's verdict over all repeats. Before a task's gates have passed, an invalid result rejects the task, not the attempt. */
export async function verifyAttempt(
  attempt: Attempt,
  task: Task | undefined,
  { runId, config }: { runId: string; config: RunConfig },
  deps: ExecuteDeps,
  repeats = config.verify.repeats,
): Promise<Verdict> {
  const named = { attemptId: attempt.id, taskId: attempt.taskId, agent: attempt.agent };
  if (!task || !attempt.snapshot) return { ...named, outcome: attempt.outcome, checks: {}, repeats: [] };
  const snapshot = workspaceSchema.parse(await deps.store.getJson(attempt.snapshot));
  const spec = {
    runId,
    attemptId: `${attempt.id}.verify`,
    limits: sandboxLimits(config),
    lifetimeSeconds: repeats * task.verifier.timeoutSeconds + 60,
  };
  const results = await verifySnapshot(task.verifier, snapshot, deps.sandboxes, spec, repeats);
  const rewards = results.flatMap((result) => (result.valid ? [result.reward] : []));
  const invalid = results.find((result) => !result.valid);
  if (invalid)
    return { ...named, outcome: { kind: 'verifier_failure', reason: invalid.reason }, checks: {}, repeats: rewards };
  const first = results[0];
  if (!first?.valid) return { ...named, outcome: attempt.outcome, checks: {}, repeats: [] };
  return { ...named, outcome: attempt.outcome, checks: first.checks, reward: first.reward, repeats: rewards };
}
