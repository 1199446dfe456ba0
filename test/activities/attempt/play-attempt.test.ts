import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileStore } from '../../../activities/adapters/store/file-store.js';
import { lifetimeSeconds, sandboxLimits, toolLimits } from '../../../activities/attempt/limits.js';
import { playAttempt } from '../../../activities/attempt/play-attempt.js';
import { playScript } from '../../../activities/attempt/scripted-agent.js';
import { type Sandbox, WorkspaceTooLarge } from '../../../activities/ports/sandbox.js';
import { attemptSchema } from '../../../domain/attempt/attempt.js';
import { renderCall, renderObservation, renderPrompt } from '../../../domain/attempt/profile.js';
import { SandboxError } from '../../../domain/errors.js';
import { applySettings } from '../../../domain/settings.js';
import { textFile } from '../../../domain/task/workspace.js';
import { scratchFolder } from '../../infra/scratch-folder.js';
import { FakeSandboxes } from '../../support/fake-sandbox.js';
import { taskOf } from '../../support/tasks.js';

const config = applySettings(
  { name: 'test' },
  { 'sandbox.memoryMb': 256, 'sandbox.actionSeconds': 5, 'sandbox.outputKb': 2 },
);
const limits = sandboxLimits(config);
const task = taskOf();
const plan = { id: 'one', runId: 'r', agent: 'oracle', index: 0, sandbox: limits, lifetimeSeconds: 60 } as const;
const oracle = (sandbox: Sandbox) => playScript(task, task.oracle, sandbox, toolLimits(config));

function bench() {
  return { sandboxes: new FakeSandboxes(), store: new FileStore(join(scratchFolder(), 'store')) };
}

describe('an attempt', () => {
  it('starts from the task and keeps the workspace as the agent left it', async () => {
    const deps = bench();
    const attempt = await playAttempt(task, plan, deps, oracle);
    expect(attemptSchema.parse(attempt)).toEqual(attempt);
    expect(attempt).toMatchObject({
      id: 'one',
      taskId: task.id,
      agent: 'oracle',
      index: 0,
      outcome: { kind: 'scored' },
    });
    expect(await deps.store.getJson(attempt.snapshot!)).toEqual([
      textFile('in.txt', 'hello\n'),
      textFile('out.txt', 'hello\n'),
    ]);
    expect(deps.sandboxes.given.map(({ spec, destroyed }) => ({ spec, destroyed }))).toEqual([
      { spec: { runId: 'r', attemptId: 'one', limits, lifetimeSeconds: 60 }, destroyed: true },
    ]);
  });

  it('never shows the agent the verifier', async () => {
    const deps = bench();
    await playAttempt(task, plan, deps, oracle);
    expect(
      [...(deps.sandboxes.given[0]?.files.keys() ?? [])].filter((path) => !path.startsWith('/workspace/')),
    ).toEqual([]);
  });

  it('destroys the sandbox when infrastructure breaks, and the error goes up', async () => {
    const deps = bench();
    const broken = playAttempt(task, plan, deps, () => Promise.reject(new SandboxError('the engine is gone')));
    await expect(broken).rejects.toThrow('the engine is gone');
    expect(deps.sandboxes.given[0]?.destroyed).toBe(true);
  });

  it("that leaves too much behind is the agent's failure, and nothing of it is looked at", async () => {
    const deps = bench();
    const attempt = await playAttempt(task, plan, deps, async (sandbox) => {
      sandbox.snapshot = () => Promise.reject(new WorkspaceTooLarge('64 MiB'));
      return oracle(sandbox);
    });
    expect(attempt.outcome).toEqual({ kind: 'agent_failure', reason: 'workspace_too_large' });
    expect(await deps.store.getJson(attempt.snapshot!)).toEqual([]);
  });
});

describe('a scripted agent', () => {
  it('plays its calls as a policy would have to sample them, and stops at finish', async () => {
    const deps = bench();
    const calls = [...task.teacher, { tool: 'exec', command: 'never' } as const];
    const { trajectory } = await playAttempt(task, plan, deps, (sandbox) =>
      playScript(task, calls, sandbox, toolLimits(config)),
    );
    expect(trajectory.segments).toEqual([
      { source: 'prompt', text: renderPrompt(task.instruction), train: false },
      { source: 'agent', text: renderCall(task.teacher[0]!), train: true },
      { source: 'environment', text: renderObservation('(ok)'), train: false },
      { source: 'agent', text: renderCall(task.teacher[1]!), train: true },
    ]);
    expect(trajectory.steps.map(({ observation }) => observation)).toEqual(['(ok)', '(finished)']);
    expect(deps.sandboxes.given[0]?.actions).toHaveLength(1);
  });

  it('with no calls does nothing: the null agent', async () => {
    const deps = bench();
    const attempt = await playAttempt(task, { ...plan, agent: 'null' }, deps, (sandbox) =>
      playScript(task, [], sandbox, toolLimits(config)),
    );
    expect(await deps.store.getJson(attempt.snapshot!)).toEqual(task.workspace);
    expect(attempt.trajectory.steps).toEqual([]);
  });
});

describe('limits', () => {
  it("come from the run config, in the port's units", () => {
    expect(limits).toEqual({
      memoryBytes: 268_435_456,
      pids: 128,
      diskBytes: 67_108_864,
      inodes: 4096,
      openFiles: 256,
    });
    expect(toolLimits(config)).toEqual({ actionMs: 5000, outputBytes: 2048 });
  });

  it('let a sandbox live long enough for every step to use its whole deadline', () => {
    expect(lifetimeSeconds(config, 10)).toBe(60 + 50);
    expect(lifetimeSeconds(config, 0)).toBe(65);
  });
});
