import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../domain/errors.js';
import { applySettings, earliestStageOf, parseRunConfig } from '../../domain/settings.js';

function refusal(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('it was accepted');
}

describe('a run config', () => {
  it('needs a name alone: everything else has a default', () => {
    const config = parseRunConfig({ name: 'demo' }, 'demo.yaml');
    expect(config).toMatchObject({
      seed: 1,
      model: { source: 'embedded' },
      sft: { method: 'lora' },
      bench: { temperature: 0 },
    });
  });

  it.each([
    ['an unknown key', { name: 'a', extra: 1 }, 'run.yaml: extra: unknown key'],
    [
      'an unknown key of a section',
      { name: 'a', sft: { learning_rate: 1 } },
      'run.yaml: sft.learning_rate: unknown key',
    ],
    ['a wrong type', { name: 'a', seed: 'seven' }, /^run\.yaml: seed: .*expected number.* \(it is "seven"\)$/],
    [
      'a number out of range',
      { name: 'a', sft: { learningRate: 2 } },
      /^run\.yaml: sft\.learningRate: .* \(it is 2\)$/,
    ],
    [
      'a word that is no choice',
      { name: 'a', rl: { loss: 'ppo' } },
      /^run\.yaml: rl\.loss: .*"grpo".* \(it is "ppo"\)$/,
    ],
    ['a missing name', {}, /^run\.yaml: name: .* \(it is missing\)$/],
    [
      'a name that no workflow could have',
      { name: 'My Run' },
      /^run\.yaml: name: must be lower-case .* \(it is "My Run"\)$/,
    ],
    ['a wrong element of a list', { name: 'a', tags: ['x', 3] }, /^run\.yaml: tags\.1: .* \(it is 3\)$/],
    ['nothing at all', undefined, /^run\.yaml: the whole: /],
    ['a list', [], /^run\.yaml: the whole: /],
  ])('with %s is refused in one line that names file, field and value', (_name, value, message) => {
    const error = refusal(() => parseRunConfig(value, 'run.yaml'));
    expect(error.message).toMatch(message);
    expect(error.message.split('\n')).toHaveLength(1);
    expect(error.nextStep).toContain('clawmill -- config schema');
    expect(error.retryable).toBe(false);
  });

  it('with several mistakes names each on a line of its own', () => {
    const error = refusal(() => parseRunConfig({ name: 'a', seed: -1, extra: 1, bench: { repeats: 0 } }, 'run.yaml'));
    expect(
      error.message
        .split('\n')
        .map((line) => line.split(':')[1]?.trim())
        .sort(),
    ).toEqual(['bench.repeats', 'extra', 'seed']);
  });

  it('does not print a long value whole', () => {
    expect(refusal(() => parseRunConfig({ name: 'x'.repeat(5000) }, 'run.yaml')).message.length).toBeLessThan(300);
  });
});

describe('settings laid over a config', () => {
  const base = { name: 'demo', sft: { epochs: 3 } };

  it('change what they name and leave the rest', () => {
    const config = applySettings(base, { 'sft.learningRate': 0.01, 'sft.lora.rank': 4, seed: 9 });
    expect(config.sft).toMatchObject({ epochs: 3, learningRate: 0.01, lora: { rank: 4, alpha: 64 } });
    expect(config.seed).toBe(9);
    expect(base).toEqual({ name: 'demo', sft: { epochs: 3 } });
  });

  it.each([
    ['an unknown setting', { 'sft.speed': 1 }, 'sft.speed: unknown key'],
    ['a path through a value', { 'sft.epochs.count': 1 }, '"epochs" holds no further settings'],
    ['a path through a list', { 'execute.agents.0': 'oracle' }, '"agents" holds no further settings'],
    ['an empty path', { '': 1 }, '--set : not a path to a setting'],
    ['an empty part', { 'sft..epochs': 1 }, '--set sft..epochs: not a path to a setting'],
    ['the prototype', { '__proto__.polluted': true }, 'not a path to a setting'],
    ['the prototype further down', { 'sft.__proto__.polluted': true }, 'not a path to a setting'],
    ['the constructor', { 'constructor.prototype.polluted': true }, 'constructor'],
    ['a method that every object has', { 'toString.polluted': true }, 'toString'],
  ])('refuse %s', (_name, set, message) => {
    const withAgents = { ...base, execute: { agents: ['oracle'] } };
    expect(refusal(() => applySettings(withAgents, set)).message).toContain(message);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((Object.prototype.toString as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('the earliest stage that settings touch', () => {
  it.each([
    [['bench.repeats', 'sft.epochs'], 'sft'],
    [['rl.loss'], 'rl'],
    [['seed', 'policy.slots'], undefined],
    [[], undefined],
  ])('of %j is %s', (paths, stage) => {
    expect(earliestStageOf(paths)).toBe(stage);
  });
});
