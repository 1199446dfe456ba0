import { ClawmillError } from '../../domain/errors.js';
import type { WorkspaceFile } from '../../domain/task/workspace.js';

/** Where a workspace and a verifier lie inside every sandbox, whatever the driver. */
export const WORKSPACE_DIR = '/workspace';
export const VERIFIER_DIR = '/verifier';

/** A workspace holds more than its limits allow: what the agent, or the task, did. Never infrastructure, never retryable. */
export class WorkspaceTooLarge extends ClawmillError {}

export interface SandboxLimits {
  memoryBytes: number;
  /** Processes and threads alive at once. */
  pids: number;
  /** Bytes that /workspace may hold. */
  diskBytes: number;
  /** Files and folders that /workspace may hold. */
  inodes: number;
  openFiles: number;
}

export interface SandboxSpec {
  runId: string;
  attemptId: string;
  limits: SandboxLimits;
  /** Seconds from creation after which the reaper may remove it, whoever owns it. */
  lifetimeSeconds: number;
}

export interface RunAction {
  argv: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  timeoutMs: number;
  /** Bytes kept of stdout and of stderr, each; what comes after is dropped and told as truncated. */
  outputLimit: number;
}

/** How one action ended. The sandbox is usable afterwards; everything the action left running has been killed. */
export interface RunResult {
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  outOfMemory: boolean;
  truncated: boolean;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/**
 * A single-use box with no network. Every method rejects with SandboxError when the engine, the tool server or the
 * connection fails (infrastructure); what the action itself does wrong is in the RunResult.
 */
export interface Sandbox {
  readonly id: string;
  run(action: RunAction): Promise<RunResult>;
  /** Writes regular files below `dir`, creating folders; refuses paths that leave it. */
  put(dir: string, files: readonly WorkspaceFile[]): Promise<void>;
  /**
   * The regular files below `dir`, sorted by path. Links, devices and sockets are left out, never followed. Throws
   * WorkspaceTooLarge (not infrastructure) above the limits given.
   */
  snapshot(dir: string, limits: { bytes: number; files: number }): Promise<WorkspaceFile[]>;
  /** Empties `dir`. */
  wipe(dir: string): Promise<void>;
  destroy(): Promise<void>;
}

export interface ReapFilter {
  /** Only sandboxes of this run; all runs when absent. */
  runId?: string;
  /** Only those whose lifetime is over, or whose owner process is gone, at this time (ms since epoch). */
  expiredAt?: number;
}

export interface SandboxDriver {
  readonly name: 'docker' | 'bubblewrap';
  create(spec: SandboxSpec): Promise<Sandbox>;
  /** Removes what matches, in any state, and says how many. */
  reap(filter: ReapFilter): Promise<number>;
  /** Resolves with a line about the engine (version, root), or rejects with a SandboxError that says the next step. */
  probe(): Promise<string>;
}
