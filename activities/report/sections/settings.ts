import { html, type Html } from '../html.js';
import type { ReportInput } from '../report-input.js';

/** Every setting that made the run, defaults included, so that it can be made again. */
export function settingsSection({ config }: ReportInput): Html {
  return html`<details>
    <summary>The run config, every default written out</summary>
    <pre>${JSON.stringify(config, null, 2)}</pre>
  </details>`;
}
