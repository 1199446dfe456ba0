import { describe, expect, it } from 'vitest';
import { executeBatch } from '../../../activities/execute/execute-batch.js';
import { verifyAttempt, verifyBatch } from '../../../activities/verify/verify-batch.js';
import { attemptSchema } from '../../../domain/attempt/attempt.js';
import { SandboxError } from '../../../domain/errors.js';
import { verdictSchema, type Verdict } from '../../../domain/verify/verdict.js';
import { activityDeps, configOf, copied, type Checker } from '../../support/activity-deps.js';
import { pulseOf } from '../../support/pulse.js';
import { taskId, taskOf } from '../../support/tasks.js';

const tasks = [taskOf(), taskOf({ id: taskId(2) })];
const config = configOf({ 'verify.repeats': 3 });

/** Executes both tasks and verifies what came of them. */
async function verified(checker: Checker) {
  const deps = activityDeps(checker);
  const common = { runId: 'r', index: 0, config };
  const tasksRef = await deps.store.putLines(tasks);
  const executed = await executeBatch({ ...common, key: 'execute', inputs: { tasks: tasksRef } }, deps, pulseOf());
  const input = { ...common, key: 'verify', inputs: { tasks: tasksRef, attempts: executed.chunk } };
  const before = deps.sandboxes.given.length;
  const batch = await verifyBatch(input, deps, pulseOf());
  const verdicts = (await deps.store.getLines(batch.chunk)).map((line) => verdictSchema.parse(line));
  return { deps, input, batch, verdicts, boxes: deps.sandboxes.given.slice(before), executed };
}

const rewards = (verdicts: readonly Verdict[]) => verdicts.map(({ agent, reward }) => `${agent} ${String(reward)}`);

describe('verifying a batch', () => {
  it('gives the oracle 1, doing nothing 0 and the teacher 1, each on every repeat', async () => {
    const { verdicts } = await verified(copied);
    expect(rewards(verdicts)).toEqual(['oracle 1', 'null 0', 'teacher 1', 'oracle 1', 'null 0', 'teacher 1']);
    expect(verdicts.map(({ repeats }) => repeats)).toEqual(
      [1, 0, 1, 1, 0, 1].map((reward) => [reward, reward, reward]),
    );
  });

  it('takes a fresh sandbox for every snapshot, never one in which an agent was, and runs the verifier in it as often as asked', async () => {
    const { boxes } = await verified(copied);
    expect(boxes).toHaveLength(6);
    for (const { actions, destroyed } of boxes) {
      expect(actions.map(({ argv }) => argv[0])).toEqual(['python3', 'python3', 'python3']);
      expect(destroyed).toBe(true);
    }
  });

  it('keeps every repeat, so that a flaky verifier is seen', async () => {
    const { verdicts } = await verified((_out, run) => ({ stdout: `{"right": ${String(run % 2)}}` }));
    expect(new Set(verdicts[0]?.repeats).size).toBe(2);
  });

  it('is a verifier failure with the reason, and no reward, when one repeat gives no result', async () => {
    const { verdicts } = await verified((_out, run) =>
      run % 3 === 0 ? { timedOut: true } : { stdout: '{"right": 1}' },
    );
    const failed = verdicts.filter(({ outcome }) => outcome.kind === 'verifier_failure');
    expect(failed.length).toBeGreaterThan(0);
    for (const verdict of failed) {
      expect(verdict.outcome).toEqual({ kind: 'verifier_failure', reason: 'the verifier passed its deadline' });
      expect(verdict.reward).toBeUndefined();
    }
  });

  it('done again gives the same chunk from the ledger and starts no sandbox', async () => {
    const { deps, input, batch } = await verified(copied);
    const before = deps.sandboxes.given.length;
    expect(await verifyBatch(input, deps, pulseOf())).toEqual(batch);
    expect(deps.sandboxes.given).toHaveLength(before);
  });

  it('lets a sandbox that is broken for good go up, and records nothing for that attempt', async () => {
    const broken = verified(() => {
      throw new SandboxError('no such root');
    });
    await expect(broken).rejects.toThrow('no such root');
  });
});

describe('verifying one attempt', () => {
  it('keeps how the attempt ended beside its reward', async () => {
    const { deps, executed } = await verified(copied);
    const [oracle] = (await deps.store.getLines(executed.chunk)).map((line) => attemptSchema.parse(line));
    const outcome = { kind: 'agent_failure', reason: 'step_limit' } as const;
    const verdict = await verifyAttempt({ ...oracle!, outcome }, tasks[0], { runId: 'r', config }, deps, 1);
    expect(verdict).toMatchObject({ outcome, reward: 1, repeats: [1] });
  });

  it('gives no reward where there is no snapshot to look at', async () => {
    const { deps, executed } = await verified(copied);
    const { snapshot: _snapshot, ...rest } = attemptSchema.parse((await deps.store.getLines(executed.chunk))[0]);
    const outcome = { kind: 'infra_failure', reason: 'the engine is gone' } as const;
    const verdict = await verifyAttempt({ ...rest, outcome }, tasks[0], { runId: 'r', config }, deps);
    expect(verdict).toMatchObject({ outcome, checks: {}, repeats: [] });
    expect(verdict.reward).toBeUndefined();
  });
});
