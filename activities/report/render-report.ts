import { html, type Content } from './html.js';
import { page } from './page.js';
import type { ReportInput } from './report-input.js';
import { benchSection } from './sections/bench.js';
import { funnelSection } from './sections/funnel.js';
import { learningSection } from './sections/learning.js';
import { settingsSection } from './sections/settings.js';
import { stagesSection } from './sections/stages.js';
import { summarySection } from './sections/summary.js';
import { trajectoriesSection } from './sections/trajectories.js';

/** The whole report: one HTML file that needs no network and runs nothing. Same input, same bytes. */
export function renderReport(input: ReportInput): string {
  return page(`clawmill report: ${input.status.runId}`, header(input), [
    { id: 'summary', title: 'Summary', body: summarySection(input) },
    { id: 'bench', title: 'Bench', body: benchSection(input) },
    { id: 'tasks', title: 'Tasks', body: funnelSection(input) },
    { id: 'learning', title: 'Learning', body: learningSection(input) },
    { id: 'stages', title: 'Stages', body: stagesSection(input) },
    { id: 'trajectories', title: 'Trajectories', body: trajectoriesSection(input) },
    { id: 'settings', title: 'Settings', body: settingsSection(input) },
  ]);
}

function header({ config, status, ui }: ReportInput): Content {
  const tags = config.tags.length === 0 ? '' : `, tags ${config.tags.join(', ')}`;
  return html`<h1>${status.runId}</h1>
    <p class="soft">${config.name}, seed ${config.seed}, model ${config.model.source}${tags}; ${status.state}</p>
    ${link(ui)}`;
}

/** Only an address that a browser opens as a page: `javascript:` in an environment variable is no link. */
function link(ui: string | undefined): Content {
  if (ui === undefined || !/^https?:\/\//.test(ui)) return '';
  return html`<p><a href="${ui}">This run in the Temporal UI</a></p>`;
}
