import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptRecordSchema } from '../../activities/policy/attempt-task.js';
import { benchScoresSchema } from '../../domain/bench/score.js';
import { datasetSchema } from '../../domain/filter/dataset.js';
import type { BlobRef } from '../../domain/ids.js';
import { stageNames, stageWorkflowId, type StageName } from '../../domain/stage.js';
import { checkpointSchema } from '../../domain/training/checkpoint.js';
import { retryStageUpdate } from '../../workflows/stage-runner.js';
import { runStatus, scratchModel, startStack, waitFor, type RunningStack } from '../support/running-stack.js';
import { processesNaming } from '../support/processes.js';
import { tinyRun } from '../support/tiny-run.js';

const minutes = (count: number): number => count * 60_000;

/** Set by the undisturbed run; the disturbed one, in another folder, must come to the same. */
let datasetHash: string | undefined;
let model: string;
const modelDir = mkdtempSync(join(tmpdir(), 'clawmill-model-'));

afterAll(() => {
  rmSync(modelDir, { recursive: true, force: true });
});

describe('a run on real parts', () => {
  let stack: RunningStack;

  beforeAll(async () => {
    stack = await startStack();
    model = await scratchModel(modelDir);
  }, minutes(3));

  afterAll(() => stack.stop(), minutes(1));

  it('goes through all seven stages and measures three checkpoints', { timeout: minutes(10) }, async () => {
    const run = await stack.start('whole', tinyRun(model));
    const status = await run.result();
    expect(status.state).toBe('done');
    expect(status.stages.map(({ stage, state }) => [stage, state])).toEqual(stageNames.map((stage) => [stage, 'done']));

    const dataset = datasetSchema.parse(await stack.store.getJson(outputOf(status, 'filter')));
    expect(dataset.counts.kept).toBe(62);
    datasetHash = outputOf(status, 'filter').sha256;

    const rl = checkpointSchema.parse(await stack.store.getJson(outputOf(status, 'rl')));
    expect(rl.curve).toHaveLength(3);

    const scores = benchScoresSchema.parse(await stack.store.getJson(outputOf(status, 'bench')));
    expect(scores.checkpoints.map(({ stage }) => stage)).toEqual(['base', 'sft', 'rl']);
    const versions = scores.checkpoints.map(({ policyVersion }) => policyVersion);
    expect(new Set(versions).size).toBe(3);
    for (const checkpoint of scores.checkpoints) {
      expect(checkpoint.splits.map(({ split }) => split)).toEqual(['heldOut', 'unseen']);
      for (const { attempts } of checkpoint.splits) expect(attempts).toHaveLength(3);
    }
    const attempt = scores.checkpoints[2]?.splits[0]?.attempts[0];
    const { attempt: played } = attemptRecordSchema.parse(await stack.store.getJson(attempt?.record as BlobRef));
    expect(played.policyVersion).toBe(versions[2]);
    const sampled = played.trajectory.segments.filter(({ train }) => train);
    expect(sampled.length).toBeGreaterThan(0);
    for (const segment of sampled) expect(segment.logprobs).toHaveLength(segment.ids?.length ?? -1);
  });

  it('reuses every stage when the same is asked for again', { timeout: minutes(2) }, async () => {
    const run = await stack.start('again', tinyRun(model));
    const status = await run.result();
    expect(status.stages.map(({ state }) => state)).toEqual(stageNames.map(() => 'reused'));
  });

  it(
    'is held where a stage cannot work, and goes on from there with changed settings',
    { timeout: minutes(6) },
    async () => {
      const run = await stack.start('held', tinyRun(model, { sft: { maxTokens: 2 } }));
      const held = await waitFor('the run to be held', async () => {
        const status = await runStatus(run);
        return status?.state === 'held' ? status : undefined;
      });
      expect(held.held).toMatchObject({ stage: 'sft', errorType: 'DatasetInvalid' });

      const early = run.executeUpdate(retryStageUpdate, { args: [{ set: { 'filter.heldOutShare': 0.3 } }] });
      await expect(early).rejects.toThrow();
      const nonsense = run.executeUpdate(retryStageUpdate, { args: [{ set: { 'sft.maxTokens': 'many' } }] });
      await expect(nonsense).rejects.toThrow();
      expect((await runStatus(run))?.state).toBe('held');

      await run.executeUpdate(retryStageUpdate, { args: [{ set: { 'sft.maxTokens': 1024 } }] });
      const status = await run.result();
      expect(status.state).toBe('done');
      // With the settings mended, the stages after filter are those of the first run.
      expect(status.stages.map(({ state }) => state)).toEqual(stageNames.map(() => 'reused'));
    },
  );
});

describe('a run whose workers are killed with SIGKILL', () => {
  let stack: RunningStack;
  let run: Awaited<ReturnType<RunningStack['start']>>;

  beforeAll(async () => {
    stack = await startStack();
    run = await stack.start('killed', tinyRun(model));
  }, minutes(2));

  afterAll(() => stack.stop(), minutes(1));

  it('in execute: does again only what was in flight', { timeout: minutes(5) }, async () => {
    const ledgers = await waitFor('attempts in the ledger', () => {
      const found = ledgerLines(stack, 'execute');
      return Promise.resolve(found.length > 20 ? found : undefined);
    });
    await stack.workers.sandbox.kill();
    const before = ledgerLines(stack, 'execute');
    expect(before.length).toBeGreaterThanOrEqual(ledgers.length);
    expect(before.length).toBeLessThan(186);
    stack.workers.sandbox.restart();
    await waitFor('execute to end', () => stageDone(run, 'execute'), 180);
    const after = ledgerLines(stack, 'execute');
    expect(after).toHaveLength(186);
    expect(new Set(after).size).toBe(186);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it('in SFT: goes on from the last whole step, and leaves no trainer behind', { timeout: minutes(5) }, async () => {
    const step = await waitFor('a checkpoint of SFT', () => Promise.resolve(lastStep(stack)), 240);
    await stack.workers.gpu.kill();
    await waitFor(
      'the trainer to be gone',
      () => Promise.resolve(processesNaming(stack.stateDir, '-m\0trainer').length === 0 || undefined),
      5,
    );
    const before = ledgerLines(stack, 'sft');
    stack.workers.gpu.restart();
    await waitFor('sft to end', () => stageDone(run, 'sft'), 240);
    const after = ledgerLines(stack, 'sft');
    expect(stepNumbers(after.slice(before.length)).every((number) => number > step)).toBe(true);
    expect(new Set(stepNumbers(after)).size).toBe(40);
  });

  it('in RL: keeps the updates and attempts that were made', { timeout: minutes(8) }, async () => {
    const rl = stack.client.workflow.getHandle(stageWorkflowId('killed', 'rl'));
    await waitFor('the first update', async () => ((await updatesOf(stack)) > 0 ? true : undefined), 240);
    expect((await rl.describe()).status.name).toBe('RUNNING');
    await stack.workers.gpu.kill();
    await stack.workers.sandbox.kill();
    stack.workers.sandbox.restart();
    stack.workers.gpu.restart();
    const status = await run.result();
    expect(status.state).toBe('done');
    expect(await updatesOf(stack)).toBe(3);
    expect((await rl.describe()).status.name).toBe('COMPLETED');
    const key = status.stages.find(({ stage }) => stage === 'rl')?.key ?? '';
    // Three iterations of two tasks with two attempts: one name each, so none was played under two policy versions.
    expect(await stack.store.listNames(`attempts/${key}`)).toHaveLength(12);
  });

  it('makes the dataset of an undisturbed run with the same seed', async () => {
    const status = await run.result();
    expect(outputOf(status, 'filter').sha256).toBe(datasetHash);
  });
});

function outputOf(status: { stages: { stage: StageName; output?: BlobRef }[] }, stage: StageName): BlobRef {
  const output = status.stages.find((each) => each.stage === stage)?.output;
  if (!output) throw new Error(`${stage} left no output`);
  return output;
}

async function stageDone(run: Parameters<typeof runStatus>[0], stage: StageName): Promise<true | undefined> {
  const status = await runStatus(run);
  return status?.stages.some((each) => each.stage === stage && each.state === 'done') ? true : undefined;
}

/** Every line of a stage's ledgers, in the order written. */
function ledgerLines(stack: RunningStack, stage: StageName): string[] {
  const root = join(stack.stateDir, 'ledgers');
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.startsWith(`${stage}-`) && name.endsWith('.jsonl'),
  );
  return folders.sort().flatMap((name) =>
    readFileSync(join(root, name), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

function stepNumbers(lines: readonly string[]): number[] {
  return lines.map((line) => Number((JSON.parse(line.slice(9)) as { id: string }).id));
}

/** The last whole `step-N` checkpoint of SFT, if there is one. */
function lastStep(stack: RunningStack): number | undefined {
  try {
    const names = readdirSync(join(stack.stateDir, 'work', 'sft'), { recursive: true, encoding: 'utf8' });
    const steps = names.flatMap((name) => /step-(\d+)\/COMPLETE$/.exec(name)?.[1] ?? []).map(Number);
    return steps.length === 0 ? undefined : Math.max(...steps);
  } catch {
    return undefined;
  }
}

/** Updates that RL's history records as done. */
async function updatesOf(stack: RunningStack): Promise<number> {
  const handle = stack.client.workflow.getHandle(stageWorkflowId('killed', 'rl'));
  const history = await handle.fetchHistory().catch(() => undefined);
  const scheduled = new Map(
    history?.events?.flatMap(({ eventId, activityTaskScheduledEventAttributes: attributes }) =>
      attributes ? [[String(eventId), attributes.activityType?.name] as const] : [],
    ),
  );
  const completed = history?.events?.flatMap(({ activityTaskCompletedEventAttributes: done }) =>
    done ? [scheduled.get(String(done.scheduledEventId))] : [],
  );
  return completed?.filter((name) => name === 'updatePolicy').length ?? 0;
}
