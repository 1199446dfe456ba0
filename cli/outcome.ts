import { z } from 'zod';
import { benchScoresSchema, type BenchScores, type SplitScore } from '../domain/bench/score.js';
import { datasetSchema, type Dataset } from '../domain/filter/dataset.js';
import { runConfigSchema } from '../domain/run-config.js';
import type { StageName } from '../domain/stage.js';
import type { Store } from '../activities/ports/store.js';
import type { RunFacts, StageFacts } from './run-facts.js';

const recordSchema = z.object({ config: runConfigSchema });

/** What a finished run found out. */
export interface Outcome {
  /** Of the intervals, e.g. 0.95. */
  confidence: number;
  dataset: Dataset;
  bench: BenchScores;
}

/** Reads it from the store. Rejects with StoreError where the run was made with another store. */
export async function readOutcome(facts: RunFacts, store: Store): Promise<Outcome> {
  const read = async (stage: StageName): Promise<unknown> => {
    const output = stageOf(facts, stage)?.output;
    return output ? store.getJson(output) : undefined;
  };
  const { config } = recordSchema.parse(await store.getName(`runs/${facts.runId}`));
  return {
    confidence: config.bench.confidence,
    dataset: datasetSchema.parse(await read('filter')),
    bench: benchScoresSchema.parse(await read('bench')),
  };
}

export function stageOf(facts: RunFacts, stage: StageName): StageFacts | undefined {
  return facts.stages.find((status) => status.stage === stage);
}

export type Checkpoint = BenchScores['checkpoints'][number]['stage'];

export function scoreOf(
  { checkpoints }: BenchScores,
  stage: Checkpoint,
  split: SplitScore['split'],
): SplitScore | undefined {
  return checkpoints.find((checkpoint) => checkpoint.stage === stage)?.splits.find((score) => score.split === split);
}

export function rejectedCount({ counts }: Dataset): number {
  return Object.values(counts.rejected).reduce((sum, count) => sum + count, 0);
}
