import type { Store } from '../activities/ports/store.js';
import { loadReport } from '../activities/report/load-report.js';
import { renderReport } from '../activities/report/render-report.js';

export async function renderRunReport(store: Store, runId: string, ui: string | undefined): Promise<string> {
  return renderReport(await loadReport(store, runId, ui));
}
