import { join, resolve } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { openStore, writeAtomically } from './compose.js';
import type { TemporalConfig } from '../temporal.config.js';

export interface ReportPlace {
  /** The run's page in the Temporal UI, where it is known. */
  ui?: string;
  /** A file of the user's own choosing. */
  out?: string;
}

/** Writes the run's report, whole or not at all, and resolves with its path. Needs the store alone, no server. */
export async function writeRunReport(config: TemporalConfig, runId: string, { ui, out }: ReportPlace): Promise<string> {
  // Drawing charts takes a library that no other command needs.
  const { renderRunReport } = await import('./compose-report.js');
  const text = await renderRunReport(openStore(config), runId, ui);
  const path = out === undefined ? join(config.paths.reports, `${runId}.html`) : resolve(out);
  await writeAtomically(path, (aside) => writeFile(aside, text));
  return path;
}
