import { readFileSync } from 'node:fs';

/** A process, told apart from a later one with the same pid by the kernel's start time (clock ticks since boot). */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** Undefined where the process does not exist (or /proc does not). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startTime === startTime;
}

/** This process, as the owner of the sandboxes it makes. */
export function thisProcess(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, startTime: '' };
}
