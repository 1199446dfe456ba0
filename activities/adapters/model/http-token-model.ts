import { z } from 'zod';
import { ModelError } from '../../../domain/errors.js';
import type { Completion, CompletionRequest, TokenModel } from '../../ports/model.js';
import { ContextOverflow, PolicyUnreachable } from '../../ports/model-errors.js';

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        text: z.string(),
        token_ids: z.array(z.number()),
        logprobs: z.object({ token_logprobs: z.array(z.number()) }),
        finish_reason: z.enum(['stop', 'length']),
      }),
    )
    .min(1),
  policy_version: z.string(),
});
const tokensSchema = z.object({ tokens: z.array(z.number()) });

/** A TokenModel over HTTP: the trainer's policy server, or any server with vLLM's completions and tokenize contract. */
export class HttpTokenModel implements TokenModel {
  private readonly segments = new Map<string, number[]>();

  constructor(
    private readonly url: string,
    private readonly timeoutMs = 300_000,
  ) {}

  async complete(request: CompletionRequest): Promise<Completion> {
    const body = {
      prompt: request.prompt,
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      seed: request.seed,
      logprobs: true,
      return_token_ids: true,
    };
    const reply = completionSchema.safeParse(await this.post('/v1/completions', body, request.signal));
    const choice = reply.data?.choices[0];
    if (!reply.success || !choice)
      throw new ModelError(`${this.url}: the completion reply has another form`, { cause: reply.error });
    if (choice.token_ids.length !== choice.logprobs.token_logprobs.length) {
      throw new ModelError(
        `${this.url}: ${choice.token_ids.length} tokens came with another number of log-probabilities`,
      );
    }
    return {
      text: choice.text,
      ids: choice.token_ids,
      logprobs: choice.logprobs.token_logprobs,
      finish: choice.finish_reason,
      policyVersion: reply.data.policy_version,
    };
  }

  async tokenize(text: string): Promise<number[]> {
    const known = this.segments.get(text);
    if (known) return known;
    const reply = tokensSchema.safeParse(await this.post('/tokenize', { prompt: text, add_special_tokens: false }));
    if (!reply.success)
      throw new ModelError(`${this.url}: the tokenize reply has another form`, { cause: reply.error });
    const { tokens } = reply.data;
    this.segments.set(text, tokens);
    return tokens;
  }

  private async post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const deadline = AbortSignal.timeout(this.timeoutMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, this.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw new PolicyUnreachable(`${this.url} does not answer: ${(error as Error).message}`, { cause: error });
    }
    if (response.ok) return parseJson(text, this.url);
    if (response.status === 400 && /context/i.test(text)) throw new ContextOverflow(text.slice(0, 300));
    throw new ModelError(`${this.url}${path} answered ${response.status}: ${text.slice(0, 300)}`, {
      retryable: response.status === 429 || response.status >= 500,
    });
  }
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelError(`${url}: the reply is no JSON: ${text.slice(0, 100)}`, { cause: error });
  }
}
