/** What a model continues: token ids in, token ids out. Nothing sampled is ever re-tokenized. */
export interface CompletionRequest {
  prompt: readonly number[];
  maxTokens: number;
  /** 0 is greedy. */
  temperature: number;
  seed: number;
  signal?: AbortSignal;
}

export interface Completion {
  /** For people and for reading the call; the ids are the truth. */
  text: string;
  ids: number[];
  /** One per id, natural log, of the distribution sampled from. */
  logprobs: number[];
  finish: 'stop' | 'length';
  policyVersion: string;
}

/**
 * A served policy: the contract of vLLM's `/v1/completions` with `return_token_ids`, and its `/tokenize`. Rejects with ModelError:
 * `ContextOverflow` (the agent's own doing) or infrastructure.
 */
export interface TokenModel {
  complete(request: CompletionRequest): Promise<Completion>;
  /** Ids of one segment on its own, template markers recognised, nothing added. */
  tokenize(text: string): Promise<number[]>;
}
