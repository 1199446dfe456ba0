import { assembleFacts } from '../../cli/run-facts.js';
import type { Outcome } from '../../cli/outcome.js';
import { wilson } from '../../domain/bench/interval.js';
import type { BenchScores, SplitScore } from '../../domain/bench/score.js';
import type { StageStatus } from '../../domain/run-status.js';
import { stageNames } from '../../domain/stage.js';

const blob = { sha256: 'a'.repeat(64), bytes: 1 };

function split(name: SplitScore['split'], passed: number): SplitScore {
  const pass = wilson(passed, 64);
  return {
    split: name,
    tasks: 64,
    pass,
    meanReward: passed / 64,
    infraFailures: 0,
    verifierFailures: 0,
    byKind: {},
    attempts: [],
  };
}

function checkpoint(
  stage: BenchScores['checkpoints'][number]['stage'],
  heldOut: number,
  unseen: number,
): BenchScores['checkpoints'][number] {
  return {
    stage,
    policyVersion: stage,
    checkpoint: blob,
    splits: [split('heldOut', heldOut), split('unseen', unseen)],
  };
}

export const outcome: Outcome = {
  confidence: 0.95,
  bench: {
    kind: 'bench',
    checkpoints: [checkpoint('base', 0, 0), checkpoint('sft', 40, 10), checkpoint('rl', 42, 12)],
  },
  dataset: {
    kind: 'dataset',
    tasks: { train: blob, heldOut: blob, unseen: blob },
    sft: blob,
    rejects: blob,
    counts: {
      candidates: 100,
      kept: 95,
      train: 70,
      heldOut: 13,
      unseen: 12,
      examples: 70,
      rejected: { oracle: 2, 'near-duplicate': 3 },
    },
  },
};

const stages = stageNames.map((stage): StageStatus => ({
  stage,
  state: stage === 'synthesize' ? 'reused' : 'done',
  seconds: 90,
}));

export const doneFacts = assembleFacts({
  ...{ runId: 'demo-1', name: 'demo', execution: 'COMPLETED', activities: [], queuesWithoutWorker: [] },
  memo: { runId: 'demo-1', state: 'done', stages },
  startedAt: new Date('2026-01-31T10:00:00Z'),
  closedAt: new Date('2026-01-31T10:12:00Z'),
});
