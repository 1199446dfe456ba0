import { figureWords } from '../domain/figure-words.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration, minutes } from './durations.js';
import { Interrupted } from './fail.js';
import type { Output } from './output.js';
import { plainLine } from './plain-text.js';
import { progressWords, retryWords } from './progress-words.js';
import { readRun } from './read-run.js';
import type { RunFacts, StageFacts } from './run-facts.js';
import type { Session } from './session.js';
import { noWorkerWords, reusedWords, statusText } from './status-text.js';

const everyMs = 1_000;
/** Between two lines on the progress of one stage, where there is no terminal to draw on. */
const lineEveryMs = 10_000;
/** Workers that are being started take a while to be seen. */
const noWorkerAfterMs = 15_000;

/** Shows the run until it is held or has ended. Rejects with Interrupted when the signal aborts. */
export async function watchRun(
  session: Session,
  runId: string,
  output: Output,
  signal: AbortSignal,
): Promise<RunFacts> {
  const lines = new ChangeLines();
  const absence = new Absence();
  for (;;) {
    const facts = absence.settled(await readRun(session, runId));
    if (output.isTerminal) output.draw(statusText(facts, output.colors));
    else for (const line of lines.of(facts)) output.line(line);
    if (facts.state !== 'running') {
      output.endDrawing();
      return facts;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {
      output.endDrawing();
      throw new Interrupted('stopped watching; the run itself goes on wherever workers are');
    });
  }
}

/** Leaves out queues whose worker may just be starting. */
class Absence {
  private readonly since = new Map<string, number>();

  settled(facts: RunFacts, now = Date.now()): RunFacts {
    for (const role of [...this.since.keys()])
      if (!facts.queuesWithoutWorker.some((absent) => absent === role)) this.since.delete(role);
    const queuesWithoutWorker = facts.queuesWithoutWorker.filter((role) => {
      const since = this.since.get(role) ?? now;
      this.since.set(role, since);
      return now - since >= noWorkerAfterMs;
    });
    return { ...facts, queuesWithoutWorker };
  }
}

/** One line a change, for logs and pipes. */
export class ChangeLines {
  private readonly said = new Map<string, string>();
  private lastProgress = 0;

  of(facts: RunFacts, now = new Date()): string[] {
    const elapsed = duration((now.getTime() - facts.startedAt.getTime()) / 1000).padStart(6);
    const lines = facts.stages.flatMap((stage) => this.stageLines(stage, now));
    const trouble = [
      retryWords(facts.stages.flatMap(({ activities }) => activities)),
      ...facts.queuesWithoutWorker.map(noWorkerWords),
    ];
    const news = trouble.filter((line) => line !== undefined).filter((line) => this.isNew(line.slice(0, 40), line));
    return [...lines, ...news].map((line) => `${elapsed}  ${line}`);
  }

  private stageLines(stage: StageFacts, now: Date): string[] {
    const changed = this.isNew(stage.stage, stage.state);
    if (stage.state === 'running') {
      const words = progressWords(stage, now);
      if (!changed && now.getTime() - this.lastProgress < lineEveryMs) return [];
      if (!changed && !this.isNew(`${stage.stage} progress`, words)) return [];
      this.lastProgress = now.getTime();
      return [`${stage.stage}: ${words === '' ? 'running' : words}`];
    }
    if (!changed || stage.state === 'waiting') return [];
    return [`${stage.stage}: ${stage.state}${endWords(stage)}`];
  }

  private isNew(topic: string, words: string): boolean {
    if (this.said.get(topic) === words) return false;
    this.said.set(topic, words);
    return true;
  }
}

function endWords(stage: StageFacts): string {
  const figures = figureWords(stage.summary);
  const took = stage.seconds === undefined ? '' : ` in ${minutes(stage.seconds)} min`;
  const how = stage.state === 'reused' ? ` (${reusedWords(stage)})` : took;
  return figures.length === 0 ? how : `${how}: ${plainLine(figures.join(', '), 200)}`;
}
