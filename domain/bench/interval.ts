/** A proportion with its confidence interval, all in [0, 1]. */
export interface Rate {
  passed: number;
  of: number;
  rate: number;
  low: number;
  high: number;
}

/**
 * Wilson score interval (Wilson 1927): stays inside [0, 1] and is usable at 0 of n, where the normal approximation has no
 * width. `of` 0 gives the whole of [0, 1].
 */
export function wilson(passed: number, of: number, confidence = 0.95): Rate {
  if (of === 0) return { passed, of, rate: 0, low: 0, high: 1 };
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const rate = passed / of;
  const centre = (rate + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  return { passed, of, rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Inverse of the standard normal distribution for p in (0, 1): Acklam's rational approximation, relative error below 1.2e-9. */
export function normalQuantile(p: number): number {
  if (p <= 0 || p >= 1) throw new RangeError(`a probability between 0 and 1 is needed, not ${p}`);
  const tail = 0.02425;
  if (p < tail) return tailQuantile(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - tail) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const above = horner(centralAbove, r) * q;
  return above / horner(centralBelow, r);
}

const centralAbove = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const centralBelow = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const tailAbove = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBelow = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];

function tailQuantile(q: number): number {
  return horner(tailAbove, q) / horner(tailBelow, q);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
