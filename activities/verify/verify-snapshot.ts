import { checksSchema, type Checks } from '../../domain/verify/verdict.js';
import type { Verifier } from '../../domain/task/task.js';
import type { Workspace } from '../../domain/task/workspace.js';
import type { SandboxSource } from '../attempt/play-attempt.js';
import { VERIFIER_DIR, WORKSPACE_DIR, type RunResult, type Sandbox, type SandboxSpec } from '../ports/sandbox.js';

export type VerifierResult = { valid: true; checks: Checks; reward: number } | { valid: false; reason: string };

/**
 * Runs a verifier on a snapshot, `repeats` times, in one sandbox that no agent has touched, emptied and filled anew between repeats. A
 * verifier that gives no valid result is told as such, with the reason; a SandboxError goes up, for infrastructure says nothing about
 * the attempt.
 */
export async function verifySnapshot(
  verifier: Verifier,
  snapshot: Workspace,
  sandboxes: SandboxSource,
  spec: SandboxSpec,
  repeats: number,
): Promise<VerifierResult[]> {
  const sandbox = await sandboxes.acquire(spec);
  try {
    const results: VerifierResult[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      if (repeat > 0) await Promise.all([sandbox.wipe(WORKSPACE_DIR), sandbox.wipe(VERIFIER_DIR)]);
      results.push(await verifyOnce(verifier, snapshot, sandbox));
    }
    return results;
  } finally {
    await sandbox.destroy();
  }
}

async function verifyOnce(verifier: Verifier, snapshot: Workspace, sandbox: Sandbox): Promise<VerifierResult> {
  await sandbox.put(WORKSPACE_DIR, snapshot);
  await sandbox.put(VERIFIER_DIR, verifier.files);
  const timeoutMs = verifier.timeoutSeconds * 1000;
  return readResult(await sandbox.run({ argv: verifier.command, cwd: WORKSPACE_DIR, timeoutMs, outputLimit: 262_144 }));
}

/** The last non-empty line of stdout is a flat JSON object of numbers in [0, 1]; anything else is no result. */
export function readResult(result: RunResult): VerifierResult {
  if (result.timedOut) return { valid: false, reason: 'the verifier passed its deadline' };
  if (result.exitCode !== 0) {
    const tail = result.stderr.trimEnd().split('\n').slice(-3).join(' | ').slice(0, 500);
    return {
      valid: false,
      reason: `the verifier ended with ${result.signal ?? result.exitCode ?? 'no status'}: ${tail}`,
    };
  }
  const line = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  const checks = checksSchema.safeParse(parseJson(line));
  if (!checks.success || Object.keys(checks.data).length === 0) {
    return { valid: false, reason: `the verifier's last line is no object of checks in [0, 1]: ${line.slice(0, 200)}` };
  }
  return { valid: true, checks: checks.data, reward: meanReward(checks.data) };
}

/** Mean of the checks (ClawGym's code score). */
export function meanReward(checks: Checks): number {
  const values = Object.values(checks);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
