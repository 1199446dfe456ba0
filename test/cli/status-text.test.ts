import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { assembleFacts, type RunSources } from '../../cli/run-facts.js';
import { statusText } from '../../cli/status-text.js';
import { exitCodeOf } from '../../cli/finish-run.js';
import type { RunStatus, StageStatus } from '../../domain/run-status.js';
import { stageNames, type StageName } from '../../domain/stage.js';

const plain = picocolors.createColors(false);
const startedAt = new Date('2026-01-31T10:00:00Z');
const now = new Date('2026-01-31T10:10:00Z');

/** A run that has come to a stage: what is before is done, what is after waits. */
function at(stage: StageName | undefined, state: StageStatus['state'], more: Partial<RunStatus> = {}): RunStatus {
  const position = stage === undefined ? stageNames.length : stageNames.indexOf(stage);
  const stages = stageNames.map((name, index): StageStatus => {
    if (index < position) return { stage: name, state: 'done', seconds: 30, summary: { tasks: 40 } };
    return { stage: name, state: index === position ? state : 'waiting' };
  });
  return { runId: 'demo-1', state: 'running', stages, ...more };
}

function sources(memo: RunStatus | undefined, more: Partial<RunSources> = {}): RunSources {
  return {
    runId: 'demo-1',
    name: 'demo',
    execution: 'RUNNING',
    memo,
    startedAt,
    activities: [],
    queuesWithoutWorker: [],
    ...more,
  };
}

function text(memo: RunStatus | undefined, more: Partial<RunSources> = {}): string {
  return statusText(assembleFacts(sources(memo, more)), plain, now);
}

describe('status of a run', () => {
  it('that nobody has worked on yet says that no worker is there', () => {
    const words = text(undefined, { queuesWithoutWorker: ['pipeline', 'sandbox', 'gpu'] });
    expect(words).toContain('demo-1  running  10m00s');
    expect(words).toContain('queue pipeline has no worker: start one with npm run -s clawmill -- worker pipeline');
    expect(words).not.toContain('queue gpu');
  });

  it('that executes shows how far it is, from progress and heartbeats', () => {
    const beat = {
      type: 'executeBatch',
      attempt: 1,
      maximumAttempts: 8,
      running: true,
      heartbeat: { done: 25, of: 50 },
    };
    const child = {
      progress: { done: 1, of: 4, unit: 'batches', note: '' },
      startedAt: new Date('2026-01-31T10:07:00Z'),
      activities: [beat, beat],
    };
    expect(text(at('execute', 'running'), { child })).toMatch(
      /execute +running +3\.00 {2}1 of 4 batches, 50%, about 3m00s left/,
    );
  });

  it('whose sft has no gpu worker says which queue, and how to start one', () => {
    const words = text(at('sft', 'running'), { queuesWithoutWorker: ['gpu'] });
    expect(words).toContain('queue gpu has no worker: start one with npm run -s clawmill -- worker gpu');
  });

  it('does not miss a gpu worker that is too busy to poll', () => {
    const training = { type: 'trainSft', attempt: 1, maximumAttempts: 8, running: true };
    const child = { progress: undefined, startedAt, activities: [training] };
    expect(text(at('sft', 'running'), { queuesWithoutWorker: ['gpu'], child })).not.toContain('has no worker');
    const waiting = { ...child, activities: [{ ...training, running: false }] };
    expect(text(at('sft', 'running'), { queuesWithoutWorker: ['gpu'], child: waiting })).toContain('has no worker');
  });

  it('tells a failure that is being retried', () => {
    const failing = {
      type: 'trainSft',
      attempt: 3,
      maximumAttempts: 8,
      running: false,
      lastFailure: 'out of \u001b[31mmemory',
    };
    const child = { progress: undefined, startedAt, activities: [failing] };
    expect(text(at('sft', 'running'), { child })).toContain('retrying trainSft (try 3 of 8): out of memory');
  });

  it('that is held tells where, why, the next step and the command that goes on', () => {
    const held = {
      stage: 'sft',
      errorType: 'LossNotFinite',
      message: 'the loss is not finite',
      nextStep: 'lower sft.learningRate',
    } as const;
    const words = text(at('sft', 'held', { state: 'held', held }));
    expect(words).toContain('held at sft: LossNotFinite: the loss is not finite');
    expect(words).toContain('next: lower sft.learningRate');
    expect(words).toContain('npm run -s clawmill -- resume demo-1 [--set sft.…=…]');
  });

  it('that is done shows what was reused, and from how long ago it saves', () => {
    const status = at(undefined, 'done');
    status.stages[0] = { stage: 'synthesize', state: 'reused', seconds: 90, summary: { tasks: 40 } };
    const words = text(
      { ...status, state: 'done' },
      { execution: 'COMPLETED', closedAt: new Date('2026-01-31T10:05:00Z') },
    );
    expect(words).toContain('demo-1  done  5m00s');
    expect(words).toContain('made in 1.50 min by an earlier run');
  });

  it('that was cancelled has no running stage any more', () => {
    const words = text(at('verify', 'running'), {
      execution: 'CANCELLED',
      closedAt: now,
      queuesWithoutWorker: ['sandbox'],
    });
    expect(words).toContain('demo-1  cancelled');
    expect(words).toMatch(/verify +stopped/);
    expect(words).not.toContain('no worker');
  });

  it('that was aborted gives the reason', () => {
    const words = text(at('sft', 'held', { state: 'aborted' }), {
      execution: 'FAILED',
      closedAt: now,
      failure: 'no budget',
    });
    expect(words).toContain('aborted: no budget');
  });

  it('shows no escape sequence, wherever it came from', () => {
    const held = {
      stage: 'rl',
      errorType: '\u001b[2J',
      message: 'a\u001b]0;x\u0007b\u202ec',
      nextStep: '\u009b31m',
    } as const;
    const status = at('rl', 'held', { state: 'held', held });
    status.stages[0] = { stage: 'synthesize', state: 'done', summary: { note: '\u001b[31mred' } };
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(text(status)).not.toMatch(/[\u001b\u009b\u0007\u202e]/);
  });
});

describe('exit code of a watched run', () => {
  it.each([
    ['done', 0],
    ['held', 3],
    ['failed', 1],
    ['cancelled', 1],
    ['aborted', 1],
    ['terminated', 1],
  ] as const)('%s is %i', (state, code) => {
    expect(exitCodeOf(state)).toBe(code);
  });
});
