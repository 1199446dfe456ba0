import { html, type Html } from '../html.js';
import { funnelChart } from '../charts/funnel-chart.js';
import type { ReportInput } from '../report-input.js';
import { table } from '../table.js';
import { count, percent } from '../words.js';

const duplicateGates = new Set(['duplicate', 'near-duplicate']);

/** Candidates → gates → kept → splits, and who was rejected by what. */
export function funnelSection({ dataset, rejects }: ReportInput): Html {
  if (!dataset) return html`<p class="soft">The filter stage has not run yet.</p>`;
  const { candidates, kept, train, heldOut, unseen, rejected } = dataset.counts;
  const duplicates = Object.entries(rejected).reduce(
    (sum, [gate, number]) => sum + (duplicateGates.has(gate) ? number : 0),
    0,
  );
  const chart = funnelChart([
    { name: 'candidates', parts: [{ name: 'made', count: candidates }] },
    { name: 'passed gates', parts: [{ name: 'passed', count: kept + duplicates }] },
    {
      name: 'kept',
      parts: [
        { name: 'train', count: train },
        { name: 'held-out', count: heldOut },
        { name: 'unseen', count: unseen },
      ],
    },
  ]);
  const gates = Object.entries(rejected).sort(([, a], [, b]) => b - a);
  const rows = gates.map(([gate, number]) => [
    gate,
    count(number),
    percent(number / Math.max(1, candidates)),
    rejects.find((reject) => reject.gate === gate)?.evidence ?? '',
  ]);
  return html`<figure>
      ${chart}
      <figcaption>
        Tasks left after each step. The last bar is divided into train (${count(train)}), held-out (${count(heldOut)})
        and unseen (${count(unseen)}).
      </figcaption>
    </figure>
    ${
      rows.length === 0
        ? html`<p>No candidate was rejected.</p>`
        : table(
            'Rejected tasks by the first gate that they failed',
            [
              { head: 'Gate' },
              { head: 'Tasks', number: true },
              { head: 'Of candidates', number: true },
              { head: 'For example' },
            ],
            rows,
          )
    }`;
}
