import type { StageStatus } from '../../../domain/run-status.js';
import { html, type Html } from '../html.js';
import type { ReportInput } from '../report-input.js';
import { figureWords } from '../../../domain/figure-words.js';
import { table } from '../table.js';

/** What each stage did, how long it took, and under which key it is found again. */
export function stagesSection({ status }: ReportInput): Html {
  const columns = [
    { head: 'Stage' },
    { head: 'State' },
    { head: 'Minutes', number: true },
    { head: 'Figures' },
    { head: 'Key' },
  ];
  const rows = status.stages.map((stage) => [
    stage.stage,
    stateWords(stage),
    minutes(stage),
    figureWords(stage.summary).join(', '),
    stage.key === undefined ? '' : html`<code>${stage.key}</code>`,
  ]);
  return html`<p>
      A stage's key is the hash of its settings, its inputs and its code. A stage whose key was done before is reused,
      not done again; its minutes are then those of the run that did it.
    </p>
    ${table('Stages of the run', columns, rows)}`;
}

function stateWords({ state }: StageStatus): Html {
  const tone = state === 'held' ? 'warn' : state === 'done' || state === 'reused' ? 'good' : 'soft';
  return html`<span class="${tone}">${state}</span>`;
}

function minutes({ seconds }: StageStatus): string {
  return seconds === undefined ? '' : (seconds / 60).toFixed(2);
}
