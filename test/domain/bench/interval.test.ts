import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile, wilson } from '../../../domain/bench/interval.js';

describe('the Wilson interval', () => {
  // Without continuity correction; as in R's prop.test(correct = FALSE) and statsmodels' proportion_confint(method='wilson').
  it.each([
    [0, 10, 0, 0.277533],
    [1, 10, 0.017876, 0.40415],
    [5, 10, 0.236593, 0.763407],
    [10, 10, 0.722467, 1],
    [81, 263, 0.255289, 0.36621],
    [15, 148, 0.062386, 0.160487],
    [0, 20, 0, 0.161125],
  ])('of %i in %i is [%f, %f]', (passed, of, low, high) => {
    const rate = wilson(passed, of);
    expect(rate).toMatchObject({ passed, of, rate: passed / of });
    expect(rate.low).toBeCloseTo(low, 5);
    expect(rate.high).toBeCloseTo(high, 5);
  });

  it('of nothing tried is all that is possible', () => {
    expect(wilson(0, 0)).toEqual({ passed: 0, of: 0, rate: 0, low: 0, high: 1 });
  });

  it('holds the rate, stays within [0, 1], and is wider where more confidence is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
        const passed = Math.round(share * of);
        const { rate, low, high } = wilson(passed, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(rate).toBeGreaterThanOrEqual(low - 1e-12);
        expect(rate).toBeLessThanOrEqual(high + 1e-12);
        const wider = wilson(passed, of, 0.99);
        expect(wider.high - wider.low).toBeGreaterThan(high - low);
      }),
    );
  });
});

describe('the normal quantile', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489],
    [0.95, 1.6448536269514722],
    [0.01, -2.3263478740408408],
    [0.001, -3.090232306167813],
    [1e-9, -5.9978070150076865],
  ])('at %f is %f', (p, expected) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
  });

  it.each([0, 1, -0.1, 1.1])('refuses %f, which is no probability between 0 and 1', (p) => {
    expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});
