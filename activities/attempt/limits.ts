import type { RunConfig } from '../../domain/run-config.js';
import type { SandboxLimits } from '../ports/sandbox.js';
import type { ToolLimits } from './tools.js';

const mebibyte = 1_048_576;

/** The run config's `sandbox` section in the port's units. */
export function sandboxLimits({ sandbox }: Pick<RunConfig, 'sandbox'>): SandboxLimits {
  return {
    memoryBytes: sandbox.memoryMb * mebibyte,
    pids: sandbox.pids,
    diskBytes: sandbox.diskMb * mebibyte,
    inodes: sandbox.inodes,
    openFiles: sandbox.openFiles,
  };
}

export function toolLimits({ sandbox }: Pick<RunConfig, 'sandbox'>): ToolLimits {
  return { actionMs: sandbox.actionSeconds * 1000, outputBytes: sandbox.outputKb * 1024 };
}

/** Long enough for every step to use its whole deadline, and a minute for what is around them; then the reaper may come. */
export function lifetimeSeconds({ sandbox }: Pick<RunConfig, 'sandbox'>, steps: number): number {
  return 60 + sandbox.actionSeconds * Math.max(1, steps);
}
