import { html, type Content, type Html } from '../html.js';
import type { BenchStage, ReportInput } from '../report-input.js';
import { count, percent, rateWords, scoreOf, splitWords, stageWords } from '../words.js';

/** The run in a few sentences, and what went wrong where something did. */
export function summarySection(input: ReportInput): Html {
  const paragraphs = [tasksSentence(input), ...gainParagraphs(input)];
  return html`${heldNotice(input)}${paragraphs.map((paragraph) => html`<p class="lead">${paragraph}</p>`)}`;
}

function heldNotice({ status }: ReportInput): Content {
  if (status.held) {
    const { stage, errorType, message, nextStep } = status.held;
    const next = nextStep === undefined ? '' : html`<br />Next step: ${nextStep}`;
    return html`<div class="notice" role="note">
      <strong>Held at ${stage}.</strong> ${errorType}: ${message}${next}
    </div>`;
  }
  if (status.state === 'done') return '';
  return html`<div class="notice" role="note">
    <strong>Not finished.</strong> This report was made while the run was ${status.state}; what it has not reached is
    missing.
  </div>`;
}

function tasksSentence({ dataset, config }: ReportInput): string {
  if (!dataset)
    return `The run is to make ${count(config.synthesize.tasks)} candidate tasks; none has passed its gates yet.`;
  const { candidates, kept, train, heldOut, unseen, examples } = dataset.counts;
  return (
    `Of ${count(candidates)} candidate tasks, ${count(kept)} passed every gate: ${count(train)} to train on, ${count(heldOut)} held-out ` +
    `and ${count(unseen)} over operations that are never trained on (unseen). ${count(examples)} passing demonstrations were learned from.`
  );
}

/** One paragraph a split: the two are always told apart. */
function gainParagraphs(input: ReportInput): string[] {
  return (['heldOut', 'unseen'] as const).flatMap((split) => {
    const base = scoreOf(input, 'base', split);
    if (!base) return [];
    const start = `On ${splitWords[split]} tasks the base model passed ${rateWords(base.pass)} of ${count(base.pass.of)} attempts.`;
    return [[start, ...comparison(input, 'sft', 'base', split), ...comparison(input, 'rl', 'sft', split)].join(' ')];
  });
}

/** Says of the later checkpoint only what the intervals allow. */
function comparison(input: ReportInput, later: BenchStage, earlier: BenchStage, split: 'heldOut' | 'unseen'): string[] {
  const after = scoreOf(input, later, split)?.pass;
  const before = scoreOf(input, earlier, split)?.pass;
  if (!after || !before) return [];
  const overlap = after.low <= before.high && before.low <= after.high;
  const proviso = overlap ? '; the intervals overlap, so this run alone does not tell the two apart' : '';
  const name = stageWords[earlier] === 'base' ? 'the base model' : stageWords[earlier];
  return [
    `${stageWords[later]} passed ${rateWords(after)}, ${difference(after.rate - before.rate)} ${name}${proviso}.`,
  ];
}

function difference(share: number): string {
  const points = percent(Math.abs(share)).replace('%', '');
  if (Number(points) === 0) return 'the same as';
  return `${points} points ${share < 0 ? 'less' : 'more'} than`;
}
