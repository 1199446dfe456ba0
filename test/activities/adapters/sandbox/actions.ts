import type { RunAction, SandboxLimits } from '../../../../activities/ports/sandbox.js';

const MiB = 1 << 20;

/** Small enough that a test reaches each of them at once. */
export const smallLimits: SandboxLimits = {
  memoryBytes: 128 * MiB,
  pids: 40,
  diskBytes: 8 * MiB,
  inodes: 200,
  openFiles: 128,
};

/** A shell action with limits that are out of the way. */
export function shell(script: string, changed: Partial<RunAction> = {}): RunAction {
  return { argv: ['sh', '-c', script], timeoutMs: 10_000, outputLimit: 64 * 1024, ...changed };
}

export function python(script: string, changed: Partial<RunAction> = {}): RunAction {
  return shell('', { ...changed, argv: ['python3', '-c', script] });
}
