import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpTokenModel } from '../../../../activities/adapters/model/http-token-model.js';
import { ContextOverflow, PolicyUnreachable } from '../../../../activities/ports/model-errors.js';
import { ModelError } from '../../../../domain/errors.js';

interface Asked {
  path: string;
  body: Record<string, unknown>;
}
type Answer = (asked: Asked, response: ServerResponse) => void;

/** A real server that answers as told, and what it was asked. */
async function serve(answer: Answer): Promise<{ url: string; asked: Asked[]; close: () => Promise<void> }> {
  const asked: Asked[] = [];
  const read = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const one = { path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> };
    asked.push(one);
    answer(one, response);
  };
  const server = createServer((request, response) => void read(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked, close };
}

const json =
  (value: unknown, status = 200): Answer =>
  (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

const choice = { text: 'ls', token_ids: [5, 6], logprobs: { token_logprobs: [-0.5, -1] }, finish_reason: 'stop' };
const good = { choices: [choice], policy_version: 'sft@1' };
const request = { prompt: [1, 2, 3], maxTokens: 8, temperature: 0.8, seed: 4 };

async function errorOf(work: Promise<unknown>): Promise<ModelError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

describe('a served policy over HTTP', () => {
  it('is given ids and gives ids, log-probabilities and the version of its weights', async () => {
    const { url, asked } = await serve(json(good));
    expect(await new HttpTokenModel(url).complete(request)).toEqual({
      text: 'ls',
      ids: [5, 6],
      logprobs: [-0.5, -1],
      finish: 'stop',
      policyVersion: 'sft@1',
    });
    expect(asked).toEqual([
      {
        path: '/v1/completions',
        body: { prompt: [1, 2, 3], max_tokens: 8, temperature: 0.8, seed: 4, logprobs: true, return_token_ids: true },
      },
    ]);
  });

  it('tokenizes each text once', async () => {
    const { url, asked } = await serve(json({ tokens: [7, 8] }));
    const model = new HttpTokenModel(url);
    expect([await model.tokenize('a'), await model.tokenize('a'), await model.tokenize('b')]).toEqual([
      [7, 8],
      [7, 8],
      [7, 8],
    ]);
    expect(asked.map(({ body }) => body)).toEqual(['a', 'b'].map((prompt) => ({ prompt, add_special_tokens: false })));
  });

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [404, false],
    [400, false],
  ])('that answers %i is an error with status and words; retryable: %s', async (status, retryable) => {
    const { url } = await serve(json({ error: 'the reason' }, status));
    const error = await errorOf(new HttpTokenModel(url).complete(request));
    expect(error.message).toContain(`${url}/v1/completions answered ${String(status)}`);
    expect(error.message).toContain('the reason');
    expect(error).toMatchObject({ name: 'ModelError', retryable });
  });

  it('whose context is too short says so in its own way, which is no failure of the endpoint', async () => {
    const { url } = await serve(json({ error: "This model's maximum context length is 768 tokens" }, 400));
    const error = await errorOf(new HttpTokenModel(url).complete(request));
    expect(error).toBeInstanceOf(ContextOverflow);
    expect(error.message).toContain('768');
  });

  it('that nobody serves is unreachable, and the address is named', async () => {
    const { url, close } = await serve(json(good));
    await close();
    const error = await errorOf(new HttpTokenModel(url).complete(request));
    expect(error).toBeInstanceOf(PolicyUnreachable);
    expect(error.message).toContain(url);
    expect(await errorOf(new HttpTokenModel(url).tokenize('a'))).toBeInstanceOf(PolicyUnreachable);
  });

  it('whose process dies before it answers is unreachable', async () => {
    const { url } = await serve((_asked, response) => response.socket?.destroy());
    expect(await errorOf(new HttpTokenModel(url).complete(request))).toBeInstanceOf(PolicyUnreachable);
  });

  it('whose process dies in the middle of its answer is unreachable', async () => {
    const { url } = await serve((_asked, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"choices": [');
      setTimeout(() => response.socket?.destroy(), 50);
    });
    expect(await errorOf(new HttpTokenModel(url).complete(request))).toBeInstanceOf(PolicyUnreachable);
  });

  it('that hangs is unreachable after the time it has', async () => {
    const { url } = await serve(() => undefined);
    expect(await errorOf(new HttpTokenModel(url, 200).complete(request))).toBeInstanceOf(PolicyUnreachable);
  });

  it('is let go at once when the caller gives up, with the reason of the caller', async () => {
    const { url } = await serve(() => undefined);
    const controller = new AbortController();
    const reply = new HttpTokenModel(url).complete({ ...request, signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error('the attempt is over'));
    }, 50);
    await expect(reply).rejects.toThrow('the attempt is over');
  });

  it.each<[string, unknown]>([
    ['no choices', { choices: [], policy_version: 'x' }],
    ['no ids', { choices: [{ ...choice, token_ids: undefined }], policy_version: 'x' }],
    ['no version', { choices: [choice] }],
    ['an unknown end', { choices: [{ ...choice, finish_reason: 'abort' }], policy_version: 'x' }],
    [
      'a log-probability for one of two ids',
      { choices: [{ ...choice, logprobs: { token_logprobs: [-1] } }], policy_version: 'x' },
    ],
    ['something else altogether', 'hello'],
  ])('that answers with %s is not believed', async (_name, reply) => {
    const { url } = await serve(json(reply));
    const error = await errorOf(new HttpTokenModel(url).complete(request));
    expect(error).toMatchObject({ name: 'ModelError', retryable: false });
  });

  it.each<[string, (model: HttpTokenModel) => Promise<unknown>]>([
    ['completing', (model) => model.complete(request)],
    ['tokenizing', (model) => model.tokenize('a')],
  ])('that answers with no JSON while %s is told as such', async (_name, ask) => {
    const { url } = await serve((_asked, response) => response.writeHead(200).end('<html>a proxy</html>'));
    expect((await errorOf(ask(new HttpTokenModel(url)))).message).toContain(url);
  });

  it('that answers with tokens of another form is not believed, and not remembered', async () => {
    const { url } = await serve(json({ tokens: 'abc' }));
    const model = new HttpTokenModel(url);
    expect((await errorOf(model.tokenize('a'))).message).toContain(url);
    expect((await errorOf(model.tokenize('a'))).message).toContain(url);
  });
});
