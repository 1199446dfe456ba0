import { figureWords } from '../domain/figure-words.js';
import { commandLine } from './command-line.js';
import { duration, minutes } from './durations.js';
import type { Colors } from './output.js';
import { plainLine, plainText } from './plain-text.js';
import { progressWords, retryWords } from './progress-words.js';
import type { QueueRole, RunFacts, StageFacts } from './run-facts.js';
import { textTable } from './text-table.js';

/** A run as people read it: state, stages, what is wrong and what to do. */
export function statusText(facts: RunFacts, colors: Colors, now = new Date()): string {
  const elapsed = duration(((facts.closedAt ?? now).getTime() - facts.startedAt.getTime()) / 1000);
  const head = `${colors.bold(facts.runId)}  ${paint(facts.state, colors)}  ${elapsed}`;
  const rows = facts.stages.map((stage) => [
    stage.stage,
    shownState(stage, facts),
    stageMinutes(stage, now),
    stageWords(stage, now),
  ]);
  const table = textTable(['stage', 'state', 'minutes', ''], rows, [2]);
  const ui = facts.ui === undefined ? [] : [`UI: ${facts.ui}`];
  return [head, ...ui, '', table, ...troubleLines(facts, colors)].join('\n');
}

/** Why it does not go on, and what to do about it. */
export function troubleLines(facts: RunFacts, colors: Colors): string[] {
  const lines: string[] = [];
  const retrying = retryWords(facts.stages.flatMap(({ activities }) => activities));
  if (retrying !== undefined) lines.push(colors.yellow(retrying));
  lines.push(...facts.queuesWithoutWorker.map((role) => colors.yellow(noWorkerWords(role))));
  if (facts.held) {
    const { stage, errorType, message, nextStep } = facts.held;
    lines.push(colors.yellow(`held at ${stage}: ${plainLine(errorType, 60)}: ${plainText(message)}`));
    if (nextStep !== undefined) lines.push(`next: ${plainText(nextStep)}`);
    lines.push(`go on with: ${resumeCommand(facts.runId, stage)}`);
    lines.push(`or end it:  ${commandLine('abort', facts.runId, '--reason', 'TEXT')}`);
  }
  if (facts.failure !== undefined) lines.push(colors.red(`${facts.state}: ${plainText(facts.failure)}`));
  return lines.length === 0 ? [] : ['', ...lines];
}

/** The settings are optional: what was wrong may have been outside. */
export function resumeCommand(runId: string, stage: string): string {
  return commandLine('resume', runId, '[--set', `${stage}.…=…]`);
}

export function noWorkerWords(role: QueueRole): string {
  return `queue ${role} has no worker: start one with ${commandLine('worker', role)}`;
}

function stageWords(stage: StageFacts, now: Date): string {
  if (stage.state === 'running') return progressWords(stage, now);
  const figures = figureWords(stage.summary);
  return plainLine([...(stage.state === 'reused' ? [reusedWords(stage)] : []), ...figures].join(', '), 160);
}

export function reusedWords({ seconds }: StageFacts): string {
  return `made in ${seconds === undefined ? 'some' : minutes(seconds)} min by an earlier run`;
}

/** A run that has ended does not run anywhere, whatever its memo last said of a stage. */
function shownState(stage: StageFacts, { state }: RunFacts): string {
  const ended = state !== 'running' && state !== 'held';
  return ended && (stage.state === 'running' || stage.state === 'held') ? 'stopped' : stage.state;
}

function stageMinutes(stage: StageFacts, now: Date): string {
  if (stage.seconds !== undefined) return minutes(stage.seconds);
  return stage.startedAt ? minutes((now.getTime() - stage.startedAt.getTime()) / 1000) : '';
}

function paint(state: RunFacts['state'], colors: Colors): string {
  if (state === 'done') return colors.green(state);
  if (state === 'running') return colors.cyan(state);
  return state === 'held' ? colors.yellow(state) : colors.red(state);
}
