import { ConfigError } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import { stageRecordSchema, type ChunkSet, type StageRecord } from '../../domain/manifest.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { RunStatus } from '../../domain/run-status.js';
import type { StageName } from '../../domain/stage.js';
import { applySettings } from '../../domain/settings.js';
import { readChunkSet } from '../filter/read-chunks.js';
import type { CodeVersion } from '../ports/code-version.js';
import type { Store } from '../ports/store.js';
import type { StageOutput, StagePlan } from '../stage-io.js';
import { stageKey } from './stage-key.js';

export interface RunDeps {
  store: Store;
  codeVersion: CodeVersion;
  taskKinds: readonly string[];
}

/** The run's own book-keeping: keys and reuse of stages, settings, the run's record. */
export function createRunActivities({ store, codeVersion, taskKinds }: RunDeps) {
  return {
    /** Computes the stage's key, and finds the finished stage of that key if there is one. */
    async planStage(input: {
      stage: StageName;
      config: RunConfig;
      inputs: Record<string, BlobRef>;
    }): Promise<StagePlan> {
      const { stage, config, inputs } = input;
      const key = stageKey(stage, config, inputs, await codeVersion(stage));
      const record = stageRecordSchema.safeParse(await store.getName(`stages/${key}`));
      if (!record.success) return { stage, key };
      const { output, summary, seconds } = record.data;
      return { stage, key, reuse: { output, summary, seconds } };
    },

    /** Records a finished stage under its key, last of all: from here on it is reused. */
    async sealStage(record: StageRecord): Promise<void> {
      await store.setName(`stages/${record.key}`, record);
    },

    async listChunks(input: { ref: BlobRef; kind: ChunkSet['kind'] }): Promise<BlobRef[]> {
      return (await readChunkSet(store, input.ref, input.kind)).chunks;
    },

    async sealChunks(set: Omit<ChunkSet, 'count'> & { counts: number[] }): Promise<StageOutput> {
      const count = set.counts.reduce((sum, more) => sum + more, 0);
      const output = await store.putJson({ kind: set.kind, chunks: set.chunks, count } satisfies ChunkSet);
      return { output, summary: { [set.kind]: count } };
    },

    /** Changed settings for a held run. Throws ConfigError, which refuses the retry and leaves the run held. */
    reconfigure(input: { config: RunConfig; set: Record<string, unknown> }): Promise<RunConfig> {
      return Promise.resolve(applySettings(input.config, input.set));
    },

    /** Refuses, before any work, what the schema cannot see. */
    checkConfig(config: RunConfig): Promise<void> {
      const unknown = config.synthesize.kinds?.find((kind) => !taskKinds.includes(kind));
      if (unknown === undefined) return Promise.resolve();
      throw new ConfigError(`synthesize.kinds: "${unknown}" is no kind of task`, {
        nextStep: `choose from ${taskKinds.join(', ')}`,
      });
    },

    /** Keeps the run's record in the store, for `report` and for audit when the Temporal history is gone. */
    async recordRun(record: { config: RunConfig; status: RunStatus }): Promise<void> {
      await store.setName(`runs/${record.status.runId}`, record);
    },
  };
}
