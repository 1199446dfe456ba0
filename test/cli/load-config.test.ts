import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../domain/errors.js';
import { loadConfig, parseConfigText } from '../../cli/load-config.js';
import { parseSettings } from '../../cli/parse-settings.js';

function refusal(text: string): ConfigError {
  try {
    parseConfigText(text, 'run.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('the config was taken');
}

describe('a run config', () => {
  it('is told with file, line and column where it is no YAML', () => {
    expect(refusal('name: demo\nsft: {epochs: 2\n').message).toMatch(/^run\.yaml:\d+:\d+: not YAML: /);
  });

  it('is told with line, field and value where a type is wrong', () => {
    expect(refusal('name: demo\nsft:\n  epochs: two\n').message).toBe(
      'run.yaml:3: sft.epochs: Invalid input: expected number, received string (it is "two")',
    );
  });

  it('is told every mistake at once', () => {
    const lines = refusal('name: demo\nseed: -1\nrl: {iterations: 1.5}\nbogus: 1\n').message.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => line.split(':')[1])).toEqual(expect.arrayContaining(['2', '3', '4']));
  });

  it('may not name a key twice', () => {
    expect(refusal('name: demo\nname: other\n').message).toContain('run.yaml:2');
  });

  it('may not be empty', () => {
    expect(refusal('').message).toContain('run.yaml');
  });

  it('may not multiply aliases until memory is gone', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const next = `*a${level}`;
      return `a${level + 1}: &a${level + 1} [${Array.from({ length: 10 }, () => next).join(', ')}]`;
    });
    expect(refusal(['a0: &a0 x', ...levels].join('\n')).message).toContain('run.yaml');
  });

  it('names a folder as such', async () => {
    await expect(loadConfig('.')).rejects.toThrow('.: it is a folder');
  });
});

describe('--set', () => {
  it('reads values as YAML', () => {
    expect(parseSettings(['sft.learningRate=1e-4', 'tags=[a, b]', 'rl.scaleByStd=false', 'name=x=y'])).toEqual({
      'sft.learningRate': 1e-4,
      tags: ['a', 'b'],
      'rl.scaleByStd': false,
      name: 'x=y',
    });
  });

  it.each(['seed', '=3', ''])('refuses "%s", which is no path=value', (argument) => {
    expect(() => parseSettings([argument])).toThrow(ConfigError);
  });

  it('tells a value that is no YAML', () => {
    expect(() => parseSettings(['tags=[a'])).toThrow(/--set tags: the value is no YAML/);
  });
});
