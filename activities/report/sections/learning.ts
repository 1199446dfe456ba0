import { html, type Html } from '../html.js';
import { curveChart } from '../charts/curve-chart.js';
import type { ReportInput } from '../report-input.js';
import { table } from '../table.js';

/** SFT's loss and RL's reward. */
export function learningSection(input: ReportInput): Html {
  return html`<h3>SFT</h3>
    ${sft(input)}
    <h3>RL</h3>
    ${rl(input)}`;
}

function sft({ sftCurve }: ReportInput): Html {
  if (sftCurve.length === 0) return html`<p class="soft">There is no loss curve: SFT has not ended yet.</p>`;
  const chart = curveChart({
    points: sftCurve,
    x: { field: 'step', name: 'step' },
    y: { field: 'loss', name: 'loss' },
    colour: 1,
  });
  return html`<figure>
    ${chart}
    <figcaption>Training loss by optimizer step, over the tokens that the agent wrote.</figcaption>
  </figure>`;
}

function rl({ rlCurve, config }: ReportInput): Html {
  if (config.rl.iterations === 0) return html`<p class="soft">This run has no RL iterations.</p>`;
  if (rlCurve.length === 0) return html`<p class="soft">There is no reward curve: RL has not ended yet.</p>`;
  const chart = curveChart({
    points: rlCurve,
    x: { field: 'iteration', name: 'iteration' },
    y: { field: 'reward', name: 'mean reward', max: 1 },
    colour: 2,
  });
  const rows = rlCurve.map((point) => [
    number(point.iteration, 0),
    number(point.reward, 3),
    number(point.pass, 3),
    number(point.attempts, 0),
  ]);
  const columns = [
    { head: 'Iteration' },
    { head: 'Mean reward', number: true },
    { head: 'Passed', number: true },
    { head: 'Attempts', number: true },
  ];
  return html`<figure>
      ${chart}
      <figcaption>
        Mean reward of the attempts that each iteration sampled, before its update. The tasks differ from iteration to
        iteration.
      </figcaption>
    </figure>
    ${table('RL iterations', columns, rows)}`;
}

function number(value: unknown, digits: number): string {
  return typeof value === 'number' ? value.toFixed(digits) : '–';
}
