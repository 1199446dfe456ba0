import { expect, it } from 'vitest';
import { ChangeLines } from '../../cli/watch-run.js';
import { assembleFacts, type RunFacts } from '../../cli/run-facts.js';
import { stageNames } from '../../domain/stage.js';

const startedAt = new Date('2026-01-31T10:00:00Z');

function facts(done: number, seconds = 12): RunFacts {
  const stages = stageNames.map((stage) => ({
    stage,
    state: stage === 'synthesize' ? ('running' as const) : ('waiting' as const),
  }));
  const progress = { done, of: 100, unit: 'tasks', note: '' };
  const child = { progress, startedAt, activities: [] };
  const memo = { runId: 'demo-1', state: 'running' as const, stages };
  if (done === 100)
    memo.stages[0] = { stage: 'synthesize', state: 'done' as never, ...{ seconds, summary: { tasks: 100 } } };
  return assembleFacts({
    runId: 'demo-1',
    name: 'demo',
    execution: 'RUNNING',
    memo,
    child,
    startedAt,
    activities: [],
    queuesWithoutWorker: [],
  });
}

const after = (seconds: number): Date => new Date(startedAt.getTime() + seconds * 1000);

it('says a stage as it starts, its progress now and then, and how it ended', () => {
  const lines = new ChangeLines();
  expect(lines.of(facts(0), after(1))).toEqual(['    1s  synthesize: 0 of 100 tasks']);
  expect(lines.of(facts(10), after(2))).toEqual([]);
  expect(lines.of(facts(50), after(12))).toEqual(['   12s  synthesize: 50 of 100 tasks, 50%, 250/min, about 12s left']);
  expect(lines.of(facts(50), after(40))).toHaveLength(1);
  expect(lines.of(facts(100), after(41))).toEqual(['   41s  synthesize: done in 0.20 min: tasks 100']);
  expect(lines.of(facts(100), after(60))).toEqual([]);
});
