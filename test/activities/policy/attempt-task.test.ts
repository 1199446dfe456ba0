import { describe, expect, it } from 'vitest';
import { attemptRecordSchema, attemptTask } from '../../../activities/policy/attempt-task.js';
import { PolicyUnreachable } from '../../../activities/ports/model-errors.js';
import { END_OF_TURN } from '../../../domain/attempt/profile.js';
import { DatasetInvalid, SandboxError } from '../../../domain/errors.js';
import { activityDeps, configOf, copied, type Checker } from '../../support/activity-deps.js';
import { FakeModel, type Turn } from '../../support/fake-model.js';
import { pulseOf } from '../../support/pulse.js';
import { taskOf } from '../../support/tasks.js';

const task = taskOf();
const copy = `exec\ncp in.txt out.txt${END_OF_TURN}`;
const done = `finish\ndone${END_OF_TURN}`;

async function bench(turns: Turn[], checker: Checker = copied) {
  const model = new FakeModel(turns);
  const deps = activityDeps(checker, model);
  const input = {
    runId: 'r',
    key: 'bench-key',
    config: configOf(),
    // A blob of its own for each test: tasks are remembered by it.
    tasks: await deps.store.putLines([task]),
    plan: { id: `${task.id}.bench.0`, taskId: task.id, index: 0, seed: 5, temperature: 0 },
    policy: { url: 'http://policy', policyVersion: 'sft@0123456789ab' },
  };
  return { model, deps, input };
}

describe('an attempt of a served policy', () => {
  it('is played, verified and kept: the record holds attempt and verdict whole', async () => {
    const { deps, input, model } = await bench([copy, done]);
    const scored = await attemptTask(input, deps, pulseOf());
    expect(scored).toMatchObject({
      attemptId: input.plan.id,
      taskId: task.id,
      outcome: 'scored',
      reward: 1,
      passed: true,
    });
    expect(scored.sampledTokens).toBe(copy.length + done.length);
    const { attempt, verdict } = attemptRecordSchema.parse(await deps.store.getJson(scored.record));
    expect(attempt).toMatchObject({ agent: 'policy', policyVersion: 'sft@0123456789ab', outcome: { kind: 'scored' } });
    expect(verdict).toMatchObject({ reward: 1, checks: { right: 1 } });
    expect(model.requests[0]).toMatchObject({ temperature: 0 });
    expect(deps.sandboxes.given.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('is not played again when its result is known: the model is not asked, no sandbox is taken', async () => {
    const { deps, input, model } = await bench([copy, done]);
    const first = await attemptTask(input, deps, pulseOf());
    const [asked, boxes] = [model.requests.length, deps.sandboxes.given.length];
    expect(await attemptTask(input, deps, pulseOf())).toEqual(first);
    expect([model.requests.length, deps.sandboxes.given.length]).toEqual([asked, boxes]);
  });

  it('is played again for other weights', async () => {
    const { deps, input } = await bench([copy, done, done]);
    await attemptTask(input, deps, pulseOf());
    const others = { ...input, policy: { url: 'http://policy', policyVersion: 'rl-1@ba9876543210' } };
    expect(await attemptTask(others, deps, pulseOf())).toMatchObject({ reward: 0, passed: false });
  });

  it('of an agent that failed is verified all the same, and says how it ended', async () => {
    const { deps, input } = await bench([copy, 'hm', 'hm']);
    expect(await attemptTask(input, deps, pulseOf())).toMatchObject({
      outcome: 'agent_failure:malformed_call',
      reward: 1,
      passed: true,
    });
  });

  it('whose verifier stumbles once is verified again', async () => {
    const { deps, input } = await bench([copy, done], (_out, run) =>
      run === 1 ? { timedOut: true } : { stdout: '{"right": 1}' },
    );
    expect(await attemptTask(input, deps, pulseOf())).toMatchObject({ outcome: 'scored', reward: 1 });
  });

  it('whose verifier gives no result twice scores 0, flagged: its output broke the checker', async () => {
    const { deps, input } = await bench([copy, done], () => ({ exitCode: 1, stderr: 'RecursionError' }));
    const scored = await attemptTask(input, deps, pulseOf());
    expect(scored).toMatchObject({ outcome: 'verifier_failure', reward: 0, passed: false });
    const { verdict } = attemptRecordSchema.parse(await deps.store.getJson(scored.record));
    expect(verdict.outcome).toEqual({ kind: 'verifier_failure', reason: 'the verifier ended with 1: RecursionError' });
  });

  it.each<[string, Turn[], Checker, new (message: string) => Error]>([
    ['the policy is gone', [copy, new PolicyUnreachable('connection refused')], copied, PolicyUnreachable],
    [
      "the verifier's sandbox breaks",
      [copy, done],
      () => {
        throw new SandboxError('the engine is gone', { retryable: true });
      },
      SandboxError,
    ],
  ])('leaves no result when %s, so that it is played again', async (_name, turns, checker, type) => {
    const { deps, input } = await bench(turns, checker);
    await expect(attemptTask(input, deps, pulseOf())).rejects.toThrow(type);
    expect(await deps.store.listNames('attempts')).toEqual([]);
    expect(deps.sandboxes.given.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('leaves no result when the worker is told to stop: that is no deadline of the agent', async () => {
    const controller = new AbortController();
    const stops: Turn = ({ signal }) => {
      controller.abort(new Error('the worker shuts down'));
      return Promise.reject(signal?.reason as Error);
    };
    const { deps, input } = await bench([copy, stops]);
    await expect(attemptTask(input, deps, pulseOf(controller))).rejects.toThrow('the worker shuts down');
    expect(await deps.store.listNames('attempts')).toEqual([]);
  });

  it('of a task that is not in its split is refused', async () => {
    const { deps, input } = await bench([]);
    const other = { ...input, plan: { ...input.plan, id: 'x', taskId: 't-ffffffffffffffff' } };
    await expect(attemptTask(other, deps, pulseOf())).rejects.toThrow(DatasetInvalid);
  });
});
