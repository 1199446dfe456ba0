import type { Attempt } from '../../domain/attempt/attempt.js';
import type { Task } from '../../domain/task/task.js';
import { textFile } from '../../domain/task/workspace.js';
import type { Verdict } from '../../domain/verify/verdict.js';

/** A task whose verifier wants `out.txt`, whatever fields the test cares about. */
export function taskOf(change: Partial<Task> = {}): Task {
  return {
    id: 't-0000000000000001',
    family: 'family-1',
    operations: ['text.read', 'text.write'],
    category: 'text',
    persona: 'clerk',
    instruction: 'Copy in.txt to out.txt.',
    workspace: [textFile('in.txt', 'hello\n')],
    verifier: {
      files: [textFile('check.py', 'print({})')],
      command: ['python3', '/verifier/check.py'],
      timeoutSeconds: 30,
    },
    oracle: [{ tool: 'write', path: 'out.txt', content: 'hello\n' }],
    teacher: [
      { tool: 'exec', command: 'cp in.txt out.txt' },
      { tool: 'finish', message: 'done' },
    ],
    provenance: { route: 'procedural', kind: 'text-copy', seed: 1, retelling: 0 },
    ...change,
  };
}

export function taskId(number: number): string {
  return `t-${number.toString(16).padStart(16, '0')}`;
}

export function verdictOf(agent: Verdict['agent'], change: Partial<Verdict> = {}): Verdict {
  const reward = agent === 'null' ? 0 : 1;
  const taskId = change.taskId ?? 't-0000000000000001';
  return {
    attemptId: `${taskId}.${agent}.0`,
    taskId,
    agent,
    outcome: { kind: 'scored' },
    checks: { exists: reward },
    reward,
    repeats: [reward, reward],
    ...change,
  };
}

export function attemptOf(agent: Attempt['agent'], change: Partial<Attempt> = {}): Attempt {
  const taskId = change.taskId ?? 't-0000000000000001';
  return {
    id: `${taskId}.${agent}.0`,
    taskId,
    agent,
    index: 0,
    outcome: { kind: 'scored' },
    trajectory: {
      profile: 'compact',
      segments: [{ source: 'agent', text: `what ${taskId} took`, train: true }],
      steps: [],
    },
    ...change,
  };
}
