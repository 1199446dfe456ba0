import { figureWords } from '../domain/figure-words.js';
import type { RunStatus, StageStatus } from '../domain/run-status.js';

/** The run in Markdown, as "current details" of the Temporal UI. */
export function statusDetails(status: RunStatus): string {
  const { held, runId } = status;
  const rows = status.stages.map(
    (stage) => `| ${stage.stage} | ${stage.state} | ${minutes(stage)} | ${figureWords(stage.summary).join(', ')} |`,
  );
  const table = ['| stage | state | minutes | figures |', '|---|---|---|---|', ...rows].join('\n');
  if (!held) return table;
  const next = held.nextStep ? `\n\nNext: ${held.nextStep}` : '';
  return `**Held at ${held.stage}**: ${held.errorType}: ${held.message}${next}\n\n\`clawmill resume ${runId} --set ${held.stage}.…=…\`\n\n${table}`;
}

function minutes({ seconds }: StageStatus): string {
  return seconds === undefined ? '' : (seconds / 60).toFixed(1);
}
