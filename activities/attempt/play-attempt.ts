import type { AgentName, Attempt } from '../../domain/attempt/attempt.js';
import type { Task } from '../../domain/task/task.js';
import type { Workspace } from '../../domain/task/workspace.js';
import {
  WorkspaceTooLarge,
  WORKSPACE_DIR,
  type Sandbox,
  type SandboxLimits,
  type SandboxSpec,
} from '../ports/sandbox.js';
import type { Store } from '../ports/store.js';
import type { Played } from './played.js';

/** Gives ready sandboxes: a warm pool, or a driver itself. */
export interface SandboxSource {
  acquire(spec: SandboxSpec): Promise<Sandbox>;
}

export interface AttemptPlan {
  id: string;
  runId: string;
  agent: AgentName;
  index: number;
  sandbox: SandboxLimits;
  lifetimeSeconds: number;
}

/**
 * One attempt from a fresh sandbox to the stored snapshot. The sandbox is destroyed whatever happens; a SandboxError
 * (infrastructure) goes up to be retried, and is no attempt.
 */
export async function playAttempt(
  task: Task,
  plan: AttemptPlan,
  deps: { sandboxes: SandboxSource; store: Store },
  play: (sandbox: Sandbox) => Promise<Played>,
): Promise<Attempt> {
  const { runId, id, sandbox: limits, lifetimeSeconds } = plan;
  const sandbox = await deps.sandboxes.acquire({ runId, attemptId: id, limits, lifetimeSeconds });
  try {
    await sandbox.put(WORKSPACE_DIR, task.workspace);
    const played = await play(sandbox);
    const left = await takeSnapshot(sandbox, limits);
    const outcome = left === undefined ? { outcome: tooLarge } : {};
    const snapshot = await deps.store.putJson(left ?? []);
    return { id, taskId: task.id, agent: plan.agent, index: plan.index, ...played, ...outcome, snapshot };
  } finally {
    await sandbox.destroy();
  }
}

const tooLarge = { kind: 'agent_failure', reason: 'workspace_too_large' } as const;

/** Undefined when the agent left more than can be taken: its own doing, and then nothing of it is looked at. */
async function takeSnapshot(sandbox: Sandbox, limits: SandboxLimits): Promise<Workspace | undefined> {
  try {
    return await sandbox.snapshot(WORKSPACE_DIR, { bytes: limits.diskBytes, files: limits.inodes });
  } catch (error) {
    if (error instanceof WorkspaceTooLarge) return undefined;
    throw error;
  }
}
