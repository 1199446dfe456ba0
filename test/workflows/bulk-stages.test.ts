import { Context } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { StageOutput } from '../../activities/stage-io.js';
import type { BlobRef } from '../../domain/ids.js';
import { chunkSetSchema, type ChunkSet } from '../../domain/manifest.js';
import { testRun } from '../support/pipeline-run.js';
import type { OpenRun } from '../support/run-workers.js';
import { devServerSuite } from '../support/temporal-suite.js';

const suite = devServerSuite();

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function chunkSet(
  { store }: OpenRun,
  kind: ChunkSet['kind'],
  count: number,
): Promise<{ ref: BlobRef; chunks: BlobRef[] }> {
  const chunks: BlobRef[] = [];
  for (let index = 0; index < count; index += 1) chunks.push(await store.putLines([{ kind, index }]));
  return { ref: await store.putJson({ kind, chunks, count }), chunks };
}

describe('stages of many batches', () => {
  it('put the chunks together in the order of the plan, whatever the order in which they finish', async () => {
    const run = await testRun(suite, {
      set: { 'synthesize.tasks': 5, 'synthesize.batch': 1 },
      engine: { batchWindow: 3 },
      instead: (store) => ({
        synthesizeBatch: async ({ from }) => {
          await pause(from % 2 === 0 ? 150 : 0);
          return { chunk: await store.putLines([{ from }]), count: 1 };
        },
      }),
    });
    const { output, summary } = (await (await run.startStage('synthesize', {})).result()) as StageOutput;
    expect(summary).toEqual({ tasks: 5 });
    const { chunks } = chunkSetSchema.parse(await run.store.getJson(output));
    const made = await Promise.all(chunks.map((chunk) => run.store.getLines(chunk)));
    expect(made.flat()).toEqual([0, 1, 2, 3, 4].map((from) => ({ from })));
  });

  it('have no more batches in flight than the window allows, and as many', async () => {
    let running = 0;
    let most = 0;
    const run = await testRun(suite, {
      engine: { batchWindow: 3 },
      instead: (store) => ({
        executeBatch: async ({ index }) => {
          running += 1;
          most = Math.max(most, running);
          await pause(200);
          running -= 1;
          return { chunk: await store.putLines([index]), count: 1 };
        },
      }),
    });
    const { ref } = await chunkSet(run, 'tasks', 7);
    await (await run.startStage('execute', { tasks: ref })).result();
    expect(most).toBe(3);
    expect(
      run
        .inputsOf('executeBatch')
        .map(({ index }) => index)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('verify each chunk of attempts beside the chunk of tasks that it came from', async () => {
    const run = await testRun(suite);
    const tasks = await chunkSet(run, 'tasks', 3);
    const attempts = await chunkSet(run, 'attempts', 3);
    await (await run.startStage('verify', { tasks: tasks.ref, attempts: attempts.ref })).result();
    const pairs = run.inputsOf('verifyBatch').sort((a, b) => a.index - b.index);
    expect(pairs.map(({ inputs }) => inputs)).toEqual(
      [0, 1, 2].map((index) => ({ tasks: tasks.chunks[index], attempts: attempts.chunks[index] })),
    );
  });

  it('give a batch to another try when its worker stops sending heartbeats', async () => {
    const run = await testRun(suite, {
      engine: { timeouts: { batch: 60, batchHeartbeat: 1, gpu: 60, gpuHeartbeat: 1, light: 20, hostQueueWait: 1 } },
      instead: (store) => ({
        executeBatch: async ({ index }) => {
          const { info, cancelled } = Context.current();
          if (info.attempt === 1) await cancelled;
          return { chunk: await store.putLines([index]), count: 1 };
        },
      }),
    });
    const { ref } = await chunkSet(run, 'tasks', 1);
    const { summary } = (await (await run.startStage('execute', { tasks: ref })).result()) as StageOutput;
    expect(summary).toEqual({ attempts: 1 });
    expect(run.calls.filter(({ activity }) => activity === 'executeBatch').map(({ attempt }) => attempt)).toEqual([
      1, 2,
    ]);
  });

  it('refuse a set of chunks of another kind', async () => {
    const run = await testRun(suite);
    const { ref } = await chunkSet(run, 'verdicts', 1);
    const end = (await (
      await run.startStage('execute', { tasks: ref })
    )
      .result()
      .catch((error: unknown) => error)) as Error;
    expect(String((end.cause as Error).cause)).toContain(`blob ${ref.sha256} is no set of tasks`);
  });
});
