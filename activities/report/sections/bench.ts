import type { SplitScore } from '../../../domain/bench/score.js';
import { html, type Content, type Html } from '../html.js';
import { rateChart } from '../charts/rate-chart.js';
import type { ReportInput } from '../report-input.js';
import { table, type Column } from '../table.js';
import { count, percent, scoreOf, splitWords, stageWords } from '../words.js';

const splits = ['heldOut', 'unseen'] as const;

/** Base, SFT and RL, on held-out and on unseen tasks apart. */
export function benchSection(input: ReportInput): Html {
  const { bench, config } = input;
  if (!bench) return html`<p class="soft">The bench has not run yet.</p>`;
  const stages = bench.checkpoints.map(({ stage }) => stage);
  const charts = splits.map((split) => {
    const bars = stages.flatMap((stage) => {
      const score = scoreOf(input, stage, split);
      return score ? [{ name: stageWords[stage], pass: score.pass }] : [];
    });
    return html`<figure>
      ${rateChart(bars, splitWords[split])}
      <figcaption>
        ${split === 'heldOut' ? 'Held-out: new tasks over operation paths that were trained on.' : 'Unseen: operation paths that were never trained on.'}
      </figcaption>
    </figure>`;
  });
  const confidence = `${config.bench.confidence * 100}%`;
  return html`<p>
      An attempt passes when every check of the task's verifier does. Whiskers and ranges are ${confidence} Wilson
      intervals; failures of the infrastructure are left out of every rate.
    </p>
    <div class="pair">${charts}</div>
    ${table(
      `Pass rates with ${confidence} intervals`,
      scoreColumns,
      stages.flatMap((stage) => splits.map((split) => scoreRow(input, stage, split))),
    )}
    ${kindTable(input)}`;
}

const scoreColumns: Column[] = [
  { head: 'Checkpoint' },
  { head: 'Split' },
  { head: 'Passed', number: true },
  { head: 'Interval', number: true },
  { head: 'Mean reward', number: true },
  { head: 'Attempts', number: true },
  { head: 'Tasks', number: true },
  { head: 'Not counted', number: true },
];

function scoreRow(input: ReportInput, stage: 'base' | 'sft' | 'rl', split: SplitScore['split']): Content[] {
  const score = scoreOf(input, stage, split);
  if (!score) return [stageWords[stage], splitWords[split], '–', '', '', '', '', ''];
  const { pass, meanReward, tasks, infraFailures } = score;
  return [
    ...[stageWords[stage], splitWords[split], percent(pass.rate), `${percent(pass.low)} – ${percent(pass.high)}`],
    ...[meanReward.toFixed(3), count(pass.of), count(tasks), count(infraFailures)],
  ];
}

/** Passed of attempts for each kind of task; a few attempts a kind, so counts and not rates. */
function kindTable(input: ReportInput): Html {
  const stages = input.bench?.checkpoints.map(({ stage }) => stage) ?? [];
  const rows = splits.flatMap((split) => {
    const kinds = new Set(stages.flatMap((stage) => Object.keys(scoreOf(input, stage, split)?.byKind ?? {})));
    return [...kinds].sort().map((kind): Content[] => [
      kind,
      splitWords[split],
      ...stages.map((stage) => {
        const tally = scoreOf(input, stage, split)?.byKind[kind];
        return tally ? `${tally.passed} of ${tally.of}` : '–';
      }),
    ]);
  });
  const columns = [
    { head: 'Kind of task' },
    { head: 'Split' },
    ...stages.map((stage) => ({ head: stageWords[stage], number: true })),
  ];
  return table('Attempts passed, by kind of task', columns, rows);
}
