import { describe, expect, it } from 'vitest';
import { failedGate } from '../../../domain/filter/gates.js';
import { taskOf, verdictOf } from '../../support/tasks.js';

const task = taskOf();
const [oracle, idle, teacher] = [verdictOf('oracle'), verdictOf('null'), verdictOf('teacher')];

describe('the gates of a task', () => {
  it('let it pass when oracle scores 1, doing nothing scores 0, and the verifier says the same each time', () => {
    expect(failedGate(task, [oracle, idle, teacher])).toBeUndefined();
  });

  it('let it pass when only the teacher fails: that is no fault of the task', () => {
    expect(
      failedGate(task, [oracle, idle, verdictOf('teacher', { reward: 0.5, repeats: [0.5, 0.5] })]),
    ).toBeUndefined();
  });

  it.each([
    [
      'verifier',
      'oracle: the verifier passed its deadline',
      [
        verdictOf('oracle', { outcome: { kind: 'verifier_failure', reason: 'the verifier passed its deadline' } }),
        idle,
      ],
    ],
    [
      'deterministic',
      'teacher: rewards 1, 0.5 on one snapshot',
      [oracle, idle, verdictOf('teacher', { repeats: [1, 0.5] })],
    ],
    ['oracle', 'the oracle was not run', [idle, teacher]],
    [
      'oracle',
      'reward 0.5: exists 1, right 0',
      [verdictOf('oracle', { reward: 0.5, repeats: [0.5], checks: { exists: 1, right: 0 } }), idle],
    ],
    ['null', 'the null agent was not run', [oracle, teacher]],
    [
      'null',
      'reward 0.25: exists 0.25',
      [oracle, verdictOf('null', { reward: 0.25, repeats: [0.25], checks: { exists: 0.25 } })],
    ],
  ])('reject it at "%s" with what was seen: %s', (gate, evidence, verdicts) => {
    expect(failedGate(task, verdicts)).toEqual({ taskId: task.id, gate, evidence });
  });

  it('reject it when no valid reward was had of its oracle, which is not a reward of 1', () => {
    const { reward: _reward, ...unrewarded } = verdictOf('oracle', { checks: {}, repeats: [] });
    expect(failedGate(task, [unrewarded, idle])).toMatchObject({ gate: 'oracle', evidence: 'reward none: no checks' });
  });
});
