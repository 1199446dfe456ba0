import { z } from 'zod';
import { attemptSchema, type Attempt } from '../../domain/attempt/attempt.js';
import { scoredAttemptSchema } from '../../domain/bench/score.js';
import { DatasetInvalid } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import { taskSchema, type Task } from '../../domain/task/task.js';
import { verdictSchema, type Verdict } from '../../domain/verify/verdict.js';
import { lifetimeSeconds, sandboxLimits, toolLimits } from '../attempt/limits.js';
import { playAttempt } from '../attempt/play-attempt.js';
import { playPolicy } from '../attempt/policy-agent.js';
import type { ExecuteDeps } from '../execute/execute-batch.js';
import { beatWhile, type Pulse } from '../heartbeat.js';
import type { TokenModel } from '../ports/model.js';
import { verifyAttempt } from '../verify/verify-batch.js';
import type { PolicyAttemptInput, PolicyAttemptOutput } from './attempt-plan.js';

export interface PolicyAttemptDeps extends ExecuteDeps {
  modelAt: (url: string) => TokenModel;
}

/** An attempt and what the verifier said of it: what a ScoredAttempt's `record` points to. */
export const attemptRecordSchema = z.strictObject({ attempt: attemptSchema, verdict: verdictSchema });

const outputSchema = scoredAttemptSchema.extend({ sampledTokens: z.number() });

/**
 * One attempt of a served policy: play, snapshot, verify in a fresh sandbox, keep. Its result is remembered under its name and
 * policy version, so a stage that is run again does only what is unscored.
 */
export async function attemptTask(
  input: PolicyAttemptInput,
  deps: PolicyAttemptDeps,
  pulse: Pulse,
): Promise<PolicyAttemptOutput> {
  const name = `attempts/${input.key}/${input.plan.id}.${input.policy.policyVersion}`;
  const remembered = outputSchema.safeParse(await deps.store.getName(name));
  if (remembered.success) return remembered.data;
  return beatWhile(pulse, 'playing', async () => {
    const task = await taskById(input.tasks, input.plan.taskId, deps);
    const attempt = await play(task, input, deps, pulse);
    const verdict = await judge(attempt, task, input, deps);
    const scored = await score(attempt, verdict, deps);
    await deps.store.setName(name, scored);
    return scored;
  });
}

async function play(task: Task, input: PolicyAttemptInput, deps: PolicyAttemptDeps, pulse: Pulse): Promise<Attempt> {
  const { config, plan, policy, runId } = input;
  const { maxSteps, maxTurnTokens, contextTokens, maxMalformed, attemptSeconds } = config.policy;
  const deadline = AbortSignal.timeout(attemptSeconds * 1000);
  const limits = {
    ...toolLimits(config),
    maxSteps,
    maxTurnTokens,
    contextTokens,
    maxMalformed,
    temperature: plan.temperature,
  };
  const sandbox = sandboxLimits(config);
  const whole = { id: plan.id, runId, agent: 'policy', index: plan.index, sandbox } as const;
  const attempt = await playAttempt(
    task,
    { ...whole, lifetimeSeconds: lifetimeSeconds(config, maxSteps) + attemptSeconds },
    deps,
    (box) =>
      playPolicy(task, deps.modelAt(policy.url), box, {
        ...limits,
        seed: plan.seed,
        deadline: AbortSignal.any([deadline, pulse.signal]),
      }),
  );
  // A cancelled or stopping worker is no deadline of the agent's: nothing of this attempt counts.
  pulse.signal.throwIfAborted();
  return attempt;
}

/**
 * The task's gates have passed, so a verifier that gives no result on this snapshot is tried once more; if that fails too, the
 * agent's output broke the checker, and the attempt scores 0, flagged, so that no agent escapes a bad score that way.
 */
async function judge(
  attempt: Attempt,
  task: Task,
  input: PolicyAttemptInput,
  deps: PolicyAttemptDeps,
): Promise<Verdict> {
  const first = await verifyAttempt(attempt, task, input, deps, 1);
  if (first.outcome.kind !== 'verifier_failure') return first;
  const second = await verifyAttempt(attempt, task, input, deps, 1);
  return second.outcome.kind === 'verifier_failure' ? { ...second, reward: 0 } : second;
}

async function score(attempt: Attempt, verdict: Verdict, deps: PolicyAttemptDeps): Promise<PolicyAttemptOutput> {
  const { outcome } = verdict;
  return {
    attemptId: attempt.id,
    taskId: attempt.taskId,
    outcome: 'reason' in outcome && outcome.kind === 'agent_failure' ? `agent_failure:${outcome.reason}` : outcome.kind,
    ...(verdict.reward === undefined ? {} : { reward: verdict.reward }),
    passed: verdict.reward === 1,
    record: await deps.store.putJson({ attempt, verdict }),
    sampledTokens: attempt.trajectory.segments.reduce((sum, segment) => sum + (segment.logprobs?.length ?? 0), 0),
  };
}

const splits = new Map<string, Promise<Map<string, Task>>>();

/** Splits are read once a process: every attempt of a bench comes from the same two. */
async function taskById(ref: BlobRef, id: string, { store }: PolicyAttemptDeps): Promise<Task> {
  const known =
    splits.get(ref.sha256) ??
    store
      .getLines(ref)
      .then((lines) => new Map(lines.map((line) => taskSchema.parse(line)).map((task) => [task.id, task])));
  splits.set(ref.sha256, known);
  const task = (
    await known.catch((error: unknown) => {
      splits.delete(ref.sha256);
      throw error;
    })
  ).get(id);
  if (!task) throw new DatasetInvalid(`task ${id} is not in ${ref.sha256}`);
  return task;
}
