import { END_OF_TURN, parseTurn, renderObservation, renderPrompt } from '../../domain/attempt/profile.js';
import type { AgentFailureReason } from '../../domain/attempt/outcome.js';
import type { Segment, Step } from '../../domain/attempt/trajectory.js';
import { deriveSeed } from '../../domain/seed.js';
import type { Task } from '../../domain/task/task.js';
import { ContextOverflow } from '../ports/model-errors.js';
import type { Completion, TokenModel } from '../ports/model.js';
import type { Sandbox } from '../ports/sandbox.js';
import type { Played } from './played.js';
import { useTool, type ToolLimits } from './tools.js';

export interface PolicyLimits extends ToolLimits {
  maxSteps: number;
  maxTurnTokens: number;
  contextTokens: number;
  maxMalformed: number;
  temperature: number;
}

const notACall = 'Not a call. Write exec and a command on the next line, or finish and a message.';

/**
 * The loop: sample a turn, read it as a call, do it, show what came of it. Token-in, token-out: what was sampled goes back as the
 * very ids. `deadline` aborts between and inside samplings; that, like running out of steps or context, is the agent's failure.
 */
export async function playPolicy(
  task: Task,
  model: TokenModel,
  sandbox: Sandbox,
  limits: PolicyLimits & { seed: number; deadline: AbortSignal },
): Promise<Played> {
  const stream = new TokenStream(model);
  const steps: Step[] = [];
  let policyVersion: string | undefined;
  let malformed = 0;
  const end = (reason?: AgentFailureReason): Played => ({
    outcome: reason ? { kind: 'agent_failure', reason } : { kind: 'scored' },
    trajectory: { profile: 'compact', segments: stream.segments, steps },
    ...(policyVersion === undefined ? {} : { policyVersion }),
  });
  await stream.add('prompt', renderPrompt(task.instruction));
  for (let step = 0; step < limits.maxSteps; step += 1) {
    const room = limits.contextTokens - stream.ids.length;
    if (room <= 0) return end('context');
    const turn = await sampleTurn(model, stream, limits, step, room);
    if (typeof turn === 'string') return end(turn);
    policyVersion = turn.policyVersion;
    stream.addSampled(turn);
    const call = turn.finish === 'stop' ? parseTurn(turn.text) : undefined;
    malformed += call ? 0 : 1;
    const observation = call ? await useTool(sandbox, call, limits) : notACall;
    steps.push({ ...(call ? { call } : {}), observation });
    if (call?.tool === 'finish') return end();
    if (malformed >= limits.maxMalformed) return end('malformed_call');
    // A turn cut off at its bound has no terminator: the harness adds it, and nothing is learnt from it.
    await stream.add('environment', `${turn.finish === 'stop' ? '' : END_OF_TURN}${renderObservation(observation)}`);
  }
  return end('step_limit');
}

async function sampleTurn(
  model: TokenModel,
  stream: TokenStream,
  limits: PolicyLimits & { seed: number; deadline: AbortSignal },
  step: number,
  room: number,
): Promise<Completion | AgentFailureReason> {
  try {
    return await model.complete({
      prompt: stream.ids,
      maxTokens: Math.min(limits.maxTurnTokens, room),
      temperature: limits.temperature,
      seed: deriveSeed(limits.seed, step),
      signal: limits.deadline,
    });
  } catch (error) {
    if (limits.deadline.aborted) return 'deadline';
    if (error instanceof ContextOverflow) return 'context';
    throw error;
  }
}

/** The ids the model sees, and the segments they came in. */
class TokenStream {
  readonly ids: number[] = [];
  readonly segments: Segment[] = [];

  constructor(private readonly model: TokenModel) {}

  async add(source: 'prompt' | 'environment', text: string): Promise<void> {
    const ids = await this.model.tokenize(text);
    this.ids.push(...ids);
    this.segments.push({ source, text, ids, train: false });
  }

  addSampled(turn: Completion): void {
    this.ids.push(...turn.ids);
    this.segments.push({ source: 'agent', text: turn.text, ids: turn.ids, logprobs: turn.logprobs, train: true });
  }
}
