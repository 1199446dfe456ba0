import type { Summary } from './manifest.js';

/** A stage's figures as `name value`; measured numbers to four digits, for the rest of them is noise. */
export function figureWords(summary: Summary = {}): string[] {
  return Object.entries(summary).map(([name, value]) => `${name.replaceAll('_', ' ')} ${numberWords(value)}`);
}

function numberWords(value: number | string): string {
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}
