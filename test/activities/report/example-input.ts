import type { ReportInput, Sample } from '../../../activities/report/report-input.js';
import { wilson } from '../../../domain/bench/interval.js';
import type { BenchScores, SplitScore } from '../../../domain/bench/score.js';
import { runConfigSchema } from '../../../domain/run-config.js';
import type { StageStatus } from '../../../domain/run-status.js';
import { stageNames } from '../../../domain/stage.js';
import type { Task } from '../../../domain/task/task.js';

export const blob = { sha256: 'a'.repeat(64), bytes: 1 };
type Checkpoint = BenchScores['checkpoints'][number];

function split(name: SplitScore['split'], passed: number, kind: string): SplitScore {
  const byKind = { [kind]: { passed, of: 40 } };
  const pass = wilson(passed, 40);
  return {
    split: name,
    tasks: 40,
    pass,
    meanReward: passed / 40,
    infraFailures: 0,
    verifierFailures: 0,
    byKind,
    attempts: [],
  };
}

function checkpoint(stage: Checkpoint['stage'], heldOut: number, unseen: number, kind: string): Checkpoint {
  const splits = [split('heldOut', heldOut, kind), split('unseen', unseen, kind)];
  return { stage, policyVersion: stage, checkpoint: blob, splits };
}

export function exampleTask(text: string): Task {
  return {
    ...{
      id: 't-0123456789abcdef',
      family: 'f',
      operations: ['csv.read'],
      category: text,
      persona: text,
      instruction: text,
    },
    workspace: [],
    verifier: { files: [], command: ['true'], timeoutSeconds: 30 },
    oracle: [{ tool: 'finish', message: '' }],
    teacher: [{ tool: 'finish', message: '' }],
    provenance: { route: 'procedural', kind: text, seed: 1, retelling: 0 },
  };
}

function sample(stage: Checkpoint['stage'], passed: boolean, text: string): Sample {
  const task = exampleTask(text);
  const named = { taskId: task.id, agent: 'policy' as const, outcome: { kind: 'scored' as const } };
  const steps = [
    { call: { tool: 'exec' as const, command: text }, observation: text },
    { call: { tool: 'write' as const, path: text, content: text }, observation: '' },
    { call: { tool: 'edit' as const, path: text, old: text, new: text }, observation: '' },
    { call: { tool: 'read' as const, path: text }, observation: text },
    { observation: text },
    { call: { tool: 'finish' as const, message: text }, observation: '' },
  ];
  return {
    ...{ stage, passed, task, split: 'heldOut' },
    attempt: {
      ...named,
      id: 'a',
      index: 0,
      trajectory: { profile: 'compact', segments: [], steps },
      policyVersion: text,
    },
    verdict: { ...named, attemptId: 'a', checks: { [text]: passed ? 1 : 0 }, reward: passed ? 1 : 0, repeats: [] },
  };
}

/** A finished run in which every word that a task, an agent or a config can choose is `text`. */
export function exampleInput(text = 'words'): ReportInput {
  const stages = stageNames.map((stage): StageStatus => {
    return {
      stage,
      state: stage === 'synthesize' ? 'reused' : 'done',
      key: `${stage}-1`,
      seconds: 90,
      summary: { [text]: text },
    };
  });
  return {
    config: runConfigSchema.parse({ name: 'demo', tags: [text.slice(0, 40)], model: { source: text } }),
    status: { runId: 'demo-1', state: 'done', stages },
    dataset: {
      ...{ kind: 'dataset', tasks: { train: blob, heldOut: blob, unseen: blob }, sft: blob, rejects: blob },
      counts: {
        candidates: 100,
        kept: 95,
        train: 70,
        heldOut: 13,
        unseen: 12,
        examples: 70,
        rejected: { [text]: 2, 'near-duplicate': 3 },
      },
    },
    rejects: [{ taskId: 't', gate: text, evidence: text }],
    sftCurve: [1, 2, 3].map((step) => ({ step, loss: 3 - step })),
    rlCurve: [1, 2].map((iteration) => ({ iteration, reward: iteration / 4, pass: 0.2, attempts: 12, note: text })),
    bench: {
      kind: 'bench',
      checkpoints: [checkpoint('base', 0, 0, text), checkpoint('sft', 30, 12, text), checkpoint('rl', 32, 15, text)],
    },
    samples: [sample('base', false, text), sample('sft', true, text), sample('rl', true, text)],
    ui: 'http://127.0.0.1:8233/namespaces/default/workflows/pipeline%2Fdemo-1',
  };
}
