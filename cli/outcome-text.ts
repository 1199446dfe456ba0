import { duration, minutes } from './durations.js';
import type { Colors } from './output.js';
import { rejectedCount, scoreOf, type Outcome } from './outcome.js';
import { plainLine } from './plain-text.js';
import type { RunFacts } from './run-facts.js';
import { reusedWords } from './status-text.js';
import { textTable } from './text-table.js';

const splits = [
  ['heldOut', 'held-out'],
  ['unseen', 'unseen'],
] as const;

/** What a run ends with on a terminal: scores, tasks, times. */
export function outcomeText(facts: RunFacts, { bench, dataset, confidence }: Outcome, colors: Colors): string {
  const { counts } = dataset;
  const gates = Object.entries(counts.rejected).map(([gate, count]) => `${plainLine(gate, 40)} ${count}`);
  const rejected = gates.length === 0 ? '' : ` (${gates.join(', ')})`;
  return [
    colors.bold(`Bench: attempts with every check passed, with ${confidence * 100}% intervals`),
    scoreTable(bench),
    '',
    `Tasks: ${counts.candidates} made, ${counts.kept} kept, ${rejectedCount(dataset)} rejected${rejected};`,
    `       ${counts.train} train, ${counts.heldOut} held-out, ${counts.unseen} unseen; ${counts.examples} examples to learn from`,
    '',
    stageTable(facts),
  ].join('\n');
}

export function scoreTable(bench: Outcome['bench']): string {
  const rows = bench.checkpoints.map(({ stage }) => [
    stage.toUpperCase() === 'BASE' ? 'base' : stage.toUpperCase(),
    ...splits.flatMap(([split]) => {
      const score = scoreOf(bench, stage, split);
      if (!score) return ['–', '', '', ''];
      const { rate, low, high, of } = score.pass;
      return [percent(rate), `${percent(low)}–${percent(high)}`, score.meanReward.toFixed(3), String(of)];
    }),
  ]);
  const head = splits.flatMap(([, words]) => [words, 'interval', 'reward', 'n']);
  return textTable(['', ...head], rows, [1, 2, 3, 4, 5, 6, 7, 8]);
}

function stageTable(facts: RunFacts): string {
  const rows = facts.stages.map((stage) => [
    stage.stage,
    stage.seconds === undefined ? '' : minutes(stage.seconds),
    stage.state === 'reused' ? `reused (${reusedWords(stage)})` : stage.state,
  ]);
  const total = facts.closedAt
    ? [`whole run: ${duration((facts.closedAt.getTime() - facts.startedAt.getTime()) / 1000)}`]
    : [];
  return [textTable(['stage', 'minutes', ''], rows, [1]), ...total].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
