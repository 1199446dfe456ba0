import type { RunResult } from '../ports/sandbox.js';

/** What the agent is told of an action: its output, then, in brackets, what an exit status alone would hide. */
export function describeRun(result: RunResult): string {
  const notes: string[] = [];
  if (result.timedOut) notes.push('[deadline passed, killed]');
  else if (result.outOfMemory) notes.push('[out of memory, killed]');
  else if (result.signal !== null) notes.push(`[killed by ${result.signal}]`);
  else if (result.exitCode !== 0) notes.push(`[exit ${result.exitCode ?? 'unknown'}]`);
  if (result.truncated) notes.push('[output truncated]');
  const parts = [result.stdout.trimEnd(), result.stderr.trimEnd(), ...notes].filter((part) => part !== '');
  return parts.length === 0 ? '(ok)' : parts.join('\n');
}
