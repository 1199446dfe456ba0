import { openStore } from './compose.js';
import { exitCodes } from './exit-codes.js';
import { figuresOf, targets, targetsMet } from './figures.js';
import { describeMachine } from './machine.js';
import type { Output } from './output.js';
import { readOutcome } from './outcome.js';
import { outcomeText } from './outcome-text.js';
import type { RunFacts } from './run-facts.js';
import type { Session } from './session.js';
import { troubleLines } from './status-text.js';
import { writeRunReport } from './write-run-report.js';

/** What is said when a watched run has been held or has ended, and what the command exits with. */
export async function finishRun(session: Session, facts: RunFacts, output: Output, startedMs: number): Promise<number> {
  if (facts.state !== 'done') {
    if (!output.isTerminal) for (const line of troubleLines(facts, output.colors)) output.line(line);
    output.value({
      name: facts.name,
      runId: facts.runId,
      state: facts.state,
      held: facts.held ?? null,
      failure: facts.failure ?? null,
    });
    return exitCodeOf(facts.state);
  }
  const store = openStore(session.config);
  const outcome = await readOutcome(facts, store);
  const report = await writeRunReport(session.config, facts.runId, facts.ui === undefined ? {} : { ui: facts.ui });
  output.line();
  output.line(outcomeText(facts, outcome, output.colors));
  output.line();
  output.line(`Report: ${report}`);
  if (facts.ui !== undefined) output.line(`UI:     ${facts.ui}`);
  const figures = figuresOf(facts, outcome, (Date.now() - startedMs) / 60_000);
  const where = { report, ui: facts.ui ?? null };
  output.value({
    name: facts.name,
    met: targetsMet(figures),
    figures: { ...figures, ...where },
    targets,
    machine: await describeMachine(),
  });
  return exitCodes.ok;
}

export function exitCodeOf(state: RunFacts['state']): number {
  if (state === 'held') return exitCodes.held;
  return state === 'done' || state === 'running' ? exitCodes.ok : exitCodes.failed;
}
