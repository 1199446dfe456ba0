import type { SplitScore } from '../../domain/bench/score.js';
import type { BenchStage, ReportInput } from './report-input.js';

export const stageWords: Readonly<Record<BenchStage, string>> = { base: 'base', sft: 'SFT', rl: 'RL' };
export const splitWords: Readonly<Record<SplitScore['split'], string>> = { heldOut: 'held-out', unseen: 'unseen' };

/** `62.5%` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** `62.5% (50.2–73.4)` */
export function rateWords({ rate, low, high }: SplitScore['pass']): string {
  return `${percent(rate)} (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`;
}

/** `1,350` */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

export function scoreOf({ bench }: ReportInput, stage: BenchStage, split: SplitScore['split']): SplitScore | undefined {
  return bench?.checkpoints
    .find((checkpoint) => checkpoint.stage === stage)
    ?.splits.find((score) => score.split === split);
}
