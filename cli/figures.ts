import { rejectedCount, scoreOf, type Checkpoint, type Outcome } from './outcome.js';
import type { RunFacts } from './run-facts.js';

/** What a run on two cores without a GPU has to reach: DESIGN's numbers. */
export const targets = { sftAboveBasePoints: 30, minutes: 30 } as const;

const checkpoints: readonly Checkpoint[] = ['base', 'sft', 'rl'];

/** The figures of `--json`: rates in [0, 1], rewards in [0, 1], times in minutes. */
export function figuresOf(facts: RunFacts, outcome: Outcome, wholeMinutes: number) {
  const { counts } = outcome.dataset;
  const above = pointsAboveBase(outcome);
  return {
    runId: facts.runId,
    scores: Object.fromEntries(
      checkpoints.map((stage) => [
        stage,
        { heldOut: splitFigures(outcome, stage, 'heldOut'), unseen: splitFigures(outcome, stage, 'unseen') },
      ]),
    ),
    sftAboveBasePoints: above === undefined ? null : round(above, 1),
    tasks: { ...counts, rejected: rejectedCount(outcome.dataset), rejectedBy: counts.rejected },
    stageMinutes: Object.fromEntries(facts.stages.map(({ stage, seconds = 0 }) => [stage, round(seconds / 60, 3)])),
    reused: facts.stages.filter(({ state }) => state === 'reused').map(({ stage }) => stage),
    minutes: round(wholeMinutes, 2),
  };
}
export type Figures = ReturnType<typeof figuresOf>;

/** Computed from the figures alone. */
export function targetsMet({ sftAboveBasePoints, minutes }: Pick<Figures, 'sftAboveBasePoints' | 'minutes'>): boolean {
  return sftAboveBasePoints !== null && sftAboveBasePoints >= targets.sftAboveBasePoints && minutes <= targets.minutes;
}

function pointsAboveBase({ bench }: Outcome): number | undefined {
  const base = scoreOf(bench, 'base', 'heldOut');
  const sft = scoreOf(bench, 'sft', 'heldOut');
  return base && sft ? (sft.pass.rate - base.pass.rate) * 100 : undefined;
}

function splitFigures({ bench }: Outcome, stage: Checkpoint, split: 'heldOut' | 'unseen') {
  const score = scoreOf(bench, stage, split);
  if (!score) return null;
  const { passed, of, rate, low, high } = score.pass;
  const { meanReward, tasks, infraFailures, verifierFailures } = score;
  return {
    ...{ passed, attempts: of, passRate: round(rate, 4), low: round(low, 4), high: round(high, 4) },
    ...{ meanReward: round(meanReward, 4), tasks, infraFailures, verifierFailures },
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
