import { z } from 'zod';
import { benchScoresSchema, type BenchScores, type SplitScore } from '../../domain/bench/score.js';
import { ConfigError } from '../../domain/errors.js';
import { datasetSchema, rejectSchema, type Dataset } from '../../domain/filter/dataset.js';
import type { BlobRef } from '../../domain/ids.js';
import { runConfigSchema } from '../../domain/run-config.js';
import type { RunStatus } from '../../domain/run-status.js';
import type { StageName } from '../../domain/stage.js';
import { taskSchema, type Task } from '../../domain/task/task.js';
import { checkpointSchema, type CurvePoint } from '../../domain/training/checkpoint.js';
import { attemptRecordSchema } from '../policy/attempt-task.js';
import type { Store } from '../ports/store.js';
import type { ReportInput, Sample } from './report-input.js';

const recordSchema = z.object({
  config: runConfigSchema,
  status: z.custom<RunStatus>((value) => typeof value === 'object' && value !== null),
});

/** Reads what a run has left so far. Throws ConfigError where the store has no such run. */
export async function loadReport(store: Store, runId: string, ui?: string): Promise<ReportInput> {
  const record = recordSchema.safeParse(await store.getName(`runs/${runId}`));
  if (!record.success) {
    throw new ConfigError(`the store holds no record of run ${runId}`, {
      nextStep:
        'a record is written when the first stage is done; use the CLAWMILL_STATE folder that the run was made with',
    });
  }
  const { config, status } = record.data;
  const outputOf = (stage: StageName): BlobRef | undefined =>
    status.stages.find((entry) => entry.stage === stage)?.output;
  const dataset = await readOptional(store, outputOf('filter'), datasetSchema);
  const bench = await readOptional(store, outputOf('bench'), benchScoresSchema);
  const rejects = dataset ? (await store.getLines(dataset.rejects)).map((line) => rejectSchema.parse(line)) : [];
  return {
    ...{ config, status, rejects },
    ...(dataset ? { dataset } : {}),
    ...(bench ? { bench } : {}),
    ...(ui === undefined ? {} : { ui }),
    sftCurve: await readCurve(store, outputOf('sft')),
    rlCurve: await readCurve(store, outputOf('rl')),
    samples: dataset && bench ? await readSamples(store, dataset, bench) : [],
  };
}

async function readOptional<Value>(
  store: Store,
  ref: BlobRef | undefined,
  schema: z.ZodType<Value>,
): Promise<Value | undefined> {
  return ref ? schema.parse(await store.getJson(ref)) : undefined;
}

async function readCurve(store: Store, ref: BlobRef | undefined): Promise<CurvePoint[]> {
  return (await readOptional(store, ref, checkpointSchema))?.curve ?? [];
}

/** Of each checkpoint the first attempt that passed and the first that failed, on held-out tasks where there are such. */
async function readSamples(store: Store, dataset: Dataset, bench: BenchScores): Promise<Sample[]> {
  const tasks = {
    heldOut: await readTasks(store, dataset.tasks.heldOut),
    unseen: await readTasks(store, dataset.tasks.unseen),
  };
  const samples: Sample[] = [];
  for (const { stage, splits } of bench.checkpoints) {
    for (const passed of [true, false]) {
      const found = firstOf(splits, passed);
      const task = found && tasks[found.split].get(found.attempt.taskId);
      if (!found || !task) continue;
      const { attempt, verdict } = attemptRecordSchema.parse(await store.getJson(found.attempt.record));
      samples.push({ stage, split: found.split, passed, task, attempt, verdict });
    }
  }
  return samples;
}

function firstOf(
  splits: readonly SplitScore[],
  passed: boolean,
): { split: SplitScore['split']; attempt: SplitScore['attempts'][number] } | undefined {
  for (const { split, attempts } of splits) {
    const attempt = attempts.find((candidate) => candidate.passed === passed && candidate.reward !== undefined);
    if (attempt) return { split, attempt };
  }
  return undefined;
}

async function readTasks(store: Store, ref: BlobRef): Promise<Map<string, Task>> {
  const tasks = (await store.getLines(ref)).map((line) => taskSchema.parse(line));
  return new Map(tasks.map((task) => [task.id, task]));
}
