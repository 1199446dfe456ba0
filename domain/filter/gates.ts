import type { Task } from '../task/task.js';
import type { Verdict } from '../verify/verdict.js';
import type { Reject } from './dataset.js';

/**
 * The tests that a task must pass before anyone is measured or trained by it: its oracle scores 1, doing nothing scores 0 on
 * every check, and its verifier says the same each time. Returns the first that fails, with what was seen.
 */
export function failedGate(task: Task, verdicts: readonly Verdict[]): Reject | undefined {
  const reject = (gate: string, evidence: string): Reject => ({ taskId: task.id, gate, evidence });
  const broken = verdicts.find((verdict) => verdict.outcome.kind === 'verifier_failure');
  if (broken?.outcome.kind === 'verifier_failure')
    return reject('verifier', `${broken.agent}: ${broken.outcome.reason}`);
  const flaky = verdicts.find((verdict) => new Set(verdict.repeats).size > 1);
  if (flaky) return reject('deterministic', `${flaky.agent}: rewards ${flaky.repeats.join(', ')} on one snapshot`);
  const oracle = verdicts.find((verdict) => verdict.agent === 'oracle');
  if (oracle?.reward !== 1) return reject('oracle', oracle ? describeChecks(oracle) : 'the oracle was not run');
  const idle = verdicts.find((verdict) => verdict.agent === 'null');
  if (idle?.reward !== 0) return reject('null', idle ? describeChecks(idle) : 'the null agent was not run');
  return undefined;
}

function describeChecks(verdict: Verdict): string {
  const checks = Object.entries(verdict.checks).map(([name, value]) => `${name} ${value}`);
  return `reward ${verdict.reward ?? 'none'}: ${checks.join(', ') || 'no checks'}`;
}
