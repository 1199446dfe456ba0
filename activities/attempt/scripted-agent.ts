import { renderCall, renderObservation, renderPrompt } from '../../domain/attempt/profile.js';
import type { ToolCall } from '../../domain/attempt/tool-call.js';
import type { Segment, Step } from '../../domain/attempt/trajectory.js';
import type { Task } from '../../domain/task/task.js';
import type { Sandbox } from '../ports/sandbox.js';
import type { Played } from './played.js';
import { useTool, type ToolLimits } from './tools.js';

/** Plays calls that are known beforehand: the oracle, the teacher, and (with none) the null agent. */
export async function playScript(
  task: Task,
  calls: readonly ToolCall[],
  sandbox: Sandbox,
  limits: ToolLimits,
): Promise<Played> {
  const segments: Segment[] = [{ source: 'prompt', text: renderPrompt(task.instruction), train: false }];
  const steps: Step[] = [];
  for (const call of calls) {
    segments.push({ source: 'agent', text: renderCall(call), train: true });
    const observation = await useTool(sandbox, call, limits);
    steps.push({ call, observation });
    if (call.tool === 'finish') break;
    segments.push({ source: 'environment', text: renderObservation(observation), train: false });
  }
  return { outcome: { kind: 'scored' }, trajectory: { profile: 'compact', segments, steps } };
}
