import { describe, expect, it } from 'vitest';
import { stageKey } from '../../../activities/run/stage-key.js';
import { applySettings } from '../../../domain/settings.js';
import { stageNames, type StageName } from '../../../domain/stage.js';

const hash = (digit: string) => ({ sha256: digit.repeat(64), bytes: 1 });
const inputs = { dataset: hash('a'), base: hash('b') };
const keys = (
  set: Record<string, unknown> = {},
  given: typeof inputs = inputs,
  code = 'v1',
): Record<StageName, string> => {
  const config = applySettings({ name: 'run' }, set);
  return Object.fromEntries(stageNames.map((stage) => [stage, stageKey(stage, config, given, code)])) as Record<
    StageName,
    string
  >;
};
const plain = keys();

/** Stages whose key is another than without the change. */
const changed = (others: Record<StageName, string>): StageName[] =>
  stageNames.filter((stage) => others[stage] !== plain[stage]);

describe('a stage key', () => {
  it('names its stage and is the same for the same config, inputs and code', () => {
    expect(keys()).toEqual(plain);
    expect(plain.sft).toMatch(/^sft-[0-9a-f]{24}$/);
    expect(new Set(Object.values(plain)).size).toBe(stageNames.length);
  });

  it.each([
    ['execute.concurrency', 7],
    ['execute.batch', 7],
    ['verify.concurrency', 7],
    ['policy.concurrency', 7],
    ['policy.slots', 7],
    ['name', 'another'],
    ['tags', ['x']],
  ])('does not depend on %s, which changes nothing that is made', (path, value) => {
    expect(changed(keys({ [path]: value }))).toEqual([]);
  });

  it.each<[string, unknown, StageName[]]>([
    ['seed', 2, ['synthesize', 'filter', 'sft', 'rl', 'bench']],
    ['synthesize.tasks', 7, ['synthesize']],
    ['sandbox.memoryMb', 256, ['execute', 'verify', 'rl', 'bench']],
    ['execute.maxSteps', 7, ['execute']],
    ['verify.repeats', 7, ['verify']],
    ['filter.heldOutShare', 0.5, ['filter']],
    ['sft.learningRate', 0.5, ['sft']],
    ['model.precision', 'fp32', ['sft', 'rl', 'bench']],
    ['rl.iterations', 7, ['rl']],
    ['policy.maxTurnTokens', 7, ['rl', 'bench']],
    ['bench.repeats', 7, ['bench']],
  ])('depends on %s (%j) in the stages that it shapes by itself', (path, value, stages) => {
    expect(changed(keys({ [path]: value }))).toEqual(stages);
  });

  it('depends on the code and on what the inputs hold, but not on the order they are named in', () => {
    expect(changed(keys({}, inputs, 'v2'))).toEqual(stageNames);
    expect(changed(keys({}, { ...inputs, base: hash('c') }))).toEqual(stageNames);
    expect(changed(keys({}, { base: inputs.base, dataset: inputs.dataset }))).toEqual([]);
  });
});
