import type { Completion, CompletionRequest, TokenModel } from '../../activities/ports/model.js';

/** A turn to be sampled: its text, as a whole or cut at the bound; or what the endpoint does instead. */
export type Turn =
  string | { text: string; finish: 'stop' | 'length' } | Error | ((request: CompletionRequest) => Promise<Completion>);

/**
 * A served policy that says what it is told to. Its tokenizer has one id for each character, starting at 1000 for text from outside,
 * and samples ids that no tokenizing would give: so ids that were made from text again would be seen.
 */
export class FakeModel implements TokenModel {
  readonly requests: CompletionRequest[] = [];
  private readonly turns: Turn[];

  constructor(
    turns: readonly Turn[],
    readonly policyVersion = 'sft@0123456789ab',
  ) {
    this.turns = [...turns];
  }

  async tokenize(text: string): Promise<number[]> {
    return Array.from(text, (character) => 1000 + (character.codePointAt(0) ?? 0));
  }

  async complete(request: CompletionRequest): Promise<Completion> {
    this.requests.push({ ...request, prompt: [...request.prompt] });
    request.signal?.throwIfAborted();
    const turn = this.turns.shift();
    if (turn === undefined) throw new Error('the test planned no further turn');
    if (turn instanceof Error) throw turn;
    if (typeof turn === 'function') return turn(request);
    const { text, finish } = typeof turn === 'string' ? { text: turn, finish: 'stop' as const } : turn;
    const ids = Array.from(text, (_, index) => index);
    return { text, ids, logprobs: ids.map((id) => -0.1 * (id + 1)), finish, policyVersion: this.policyVersion };
  }
}
