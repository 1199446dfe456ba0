import { describe, expect, it } from 'vitest';
import { figuresOf, targetsMet } from '../../cli/figures.js';
import { scoreTable } from '../../cli/outcome-text.js';
import { doneFacts, outcome } from './outcome-example.js';

describe('figures of a finished run', () => {
  const figures = figuresOf(doneFacts, outcome, 12.3456);

  it('hold scores with intervals for each checkpoint and split', () => {
    expect(figures.scores.sft?.heldOut).toMatchObject({ passed: 40, attempts: 64, passRate: 0.625 });
    expect(figures.scores.base?.unseen).toMatchObject({ low: expect.any(Number), high: expect.any(Number) });
    expect(figures.sftAboveBasePoints).toBe(62.5);
  });

  it('hold tasks kept and rejected, minutes, and what was reused', () => {
    expect(figures.tasks).toMatchObject({ kept: 95, rejected: 5, rejectedBy: { oracle: 2, 'near-duplicate': 3 } });
    expect(figures.reused).toEqual(['synthesize']);
    expect(figures.stageMinutes.synthesize).toBe(1.5);
    expect(figures.minutes).toBe(12.35);
  });
});

it.each([
  [30, 30, true],
  [29.9, 5, false],
  [60, 30.1, false],
  [null, 1, false],
])('%s points in %s minutes: met is %s', (sftAboveBasePoints, minutes, met) => {
  expect(targetsMet({ sftAboveBasePoints, minutes })).toBe(met);
});

it('puts base, SFT and RL under each other, held-out and unseen apart', () => {
  const lines = scoreTable(outcome.bench).split('\n');
  expect(lines[0]).toMatch(/held-out +interval +reward +n +unseen +interval +reward +n/);
  expect(lines[1]).toMatch(/^base +0\.0%/);
  expect(lines[2]).toMatch(/^SFT +62\.5% +50\.\d%–73\.\d%/);
  expect(lines[3]).toMatch(/^RL /);
});
