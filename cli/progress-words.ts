import type { ActivityFacts, StageFacts } from './run-facts.js';
import { duration } from './durations.js';
import { plainLine } from './plain-text.js';

/** Too little to tell a rate from. */
const earliest = { seconds: 5, share: 0.02 };

/** How far a running stage is, in [0, 1]: finished units, and the parts of those in flight that their heartbeats tell. */
export function shareDone({ progress, activities }: StageFacts): number {
  if (!progress || progress.of === 0) return 0;
  const inFlight = activities.reduce(
    (sum, { heartbeat }) => sum + (heartbeat && heartbeat.of > 1 ? heartbeat.done / heartbeat.of : 0),
    0,
  );
  return Math.min(1, (progress.done + inFlight) / progress.of);
}

/** `3 of 8 batches, 42%, 210/min, about 1m50s left`. */
export function progressWords(stage: StageFacts, now: Date): string {
  const { progress, startedAt } = stage;
  if (!progress) return waitingWords(stage.activities);
  const single =
    progress.of === 1 ? stage.activities.find(({ heartbeat }) => heartbeat && heartbeat.of > 1)?.heartbeat : undefined;
  const share = shareDone(stage);
  const words = [single ? `${single.done} of ${single.of}` : `${progress.done} of ${progress.of} ${progress.unit}`];
  if (share > 0) words.push(`${Math.floor(share * 100)}%`);
  words.push(...paceWords(share, progress.of, progress.unit, startedAt, now));
  const note = heartbeatNote(stage.activities) ?? progress.note;
  if (note !== '') words.push(plainLine(note, 80));
  return words.join(', ');
}

function paceWords(share: number, of: number, unit: string, startedAt: Date | undefined, now: Date): string[] {
  const elapsed = startedAt ? (now.getTime() - startedAt.getTime()) / 1000 : 0;
  if (elapsed < earliest.seconds || share < earliest.share || share >= 1) return [];
  const perMinute = (share * of * 60) / elapsed;
  const rate = unit === 'tasks' || unit === 'attempts' ? [`${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min`] : [];
  return [...rate, `about ${duration((elapsed * (1 - share)) / share)} left`];
}

function waitingWords(activities: readonly ActivityFacts[]): string {
  const first = activities[0];
  return first ? plainLine(heartbeatNote(activities) ?? first.type, 80) : '';
}

function heartbeatNote(activities: readonly ActivityFacts[]): string | undefined {
  return activities.map(({ heartbeat }) => heartbeat?.note).find((note) => note !== undefined && note !== '');
}

/** A failure that is being retried: not yet the user's business, but no secret either. */
export function retryWords(activities: readonly ActivityFacts[]): string | undefined {
  const failing = activities.filter(({ attempt, lastFailure }) => attempt > 1 && lastFailure !== undefined);
  const worst = failing.sort((a, b) => b.attempt - a.attempt)[0];
  if (!worst) return undefined;
  const of = worst.maximumAttempts > 0 ? ` of ${worst.maximumAttempts}` : '';
  return `retrying ${worst.type} (try ${worst.attempt}${of}): ${plainLine(worst.lastFailure ?? '', 160)}`;
}
