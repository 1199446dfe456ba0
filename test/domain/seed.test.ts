import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveSeed, seededRandom } from '../../domain/seed.js';

describe('deriving seeds', () => {
  it('gives on every machine the numbers that it gave when datasets were first made', () => {
    expect(deriveSeed()).toBe(2_166_136_261);
    expect(deriveSeed('a')).toBe(0xe40c292c);
    expect(deriveSeed('foobar')).toBe(0xbf9cf968);
  });

  it('keeps the parts apart', () => {
    const seeds = [deriveSeed('ab', 'c'), deriveSeed('a', 'bc'), deriveSeed('abc'), deriveSeed('a', 'b', 'c')];
    expect(new Set(seeds).size).toBe(4);
  });

  it('takes a number for its decimal digits', () => {
    expect(deriveSeed(7, 'task', 12)).toBe(deriveSeed('7', 'task', '12'));
  });
});

describe('a seeded random source', () => {
  it('draws the published sequence of its generator', () => {
    const random = seededRandom(1);
    const words = Array.from({ length: 4 }, () => random.next() * 2 ** 32);
    expect(words).toEqual([2_693_262_067, 11_749_833, 2_265_367_787, 4_213_581_821]);
  });

  it('draws evenly', () => {
    const random = seededRandom(42);
    const draws = 60_000;
    const faces = [0, 0, 0, 0, 0, 0];
    for (let draw = 0; draw < draws; draw += 1) {
      const face = random.int(0, 5);
      faces[face] = (faces[face] ?? 0) + 1;
    }
    // Pearson's statistic with five degrees of freedom: above 20.5 once in a thousand seeds.
    const statistic = faces.reduce((sum, seen) => sum + (seen - draws / 6) ** 2 / (draws / 6), 0);
    expect(statistic).toBeLessThan(20.5);
  });

  it('stays within the bounds asked for and reaches both', () => {
    const random = seededRandom(3);
    const drawn = new Set(Array.from({ length: 300 }, () => random.int(-2, 2)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  });

  it('shuffles into a permutation and leaves the list given as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const before = [...items];
        const shuffled = seededRandom(seed).shuffle(items);
        expect(items).toEqual(before);
        expect([...shuffled].sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b));
      }),
    );
  });

  it('samples without repeats, and refuses to sample more than there is', () => {
    const sample = seededRandom(5).sample([1, 2, 3, 4, 5, 6], 4);
    expect(new Set(sample).size).toBe(4);
    expect(() => seededRandom(5).sample([1, 2], 3)).toThrow(new RangeError('cannot sample 3 of 2 items'));
  });

  it('picks each element, and refuses to pick from nothing', () => {
    const random = seededRandom(9);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c']))).size).toBe(3);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('is true about as often as the probability says, and never or always at its ends', () => {
    const random = seededRandom(11);
    const hits = (probability: number) =>
      Array.from({ length: 20_000 }, () => random.chance(probability)).filter(Boolean).length;
    expect(hits(0)).toBe(0);
    expect(hits(1)).toBe(20_000);
    expect(hits(0.25) / 20_000).toBeCloseTo(0.25, 1);
  });
});
