import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  condition,
  defineUpdate,
  executeChild,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { StageOutput } from '../activities/stage-io.js';
import type { BlobRef } from '../domain/ids.js';
import { STATUS_MEMO, type RunStatus, type StageStatus } from '../domain/run-status.js';
import { stageNames, stageWorkflowId, type StageName } from '../domain/stage.js';
import { failureReason } from './failure.js';
import type { PipelineInput } from './pipeline.js';
import { gpuActivities, pipelineActivities } from './proxies.js';
import { keys } from './search-attributes.js';
import { statusDetails } from './status-details.js';

export interface RetryRequest {
  set: Record<string, unknown>;
}

/** Retries the held stage, with changed settings if given. */
export const retryStageUpdate = defineUpdate<RunStatus, [RetryRequest]>('retryStage');
/** Ends a held run for good. */
export const abortUpdate = defineUpdate<RunStatus, [{ reason: string }]>('abort');

type Decision = { kind: 'retry' } | { kind: 'abort'; reason: string };

/**
 * Runs stages as child workflows, reuses those that are done, and holds the run when one fails for good: it then waits, visibly,
 * for `retryStage` or `abort`. Earlier stages stay as they are.
 */
export class StageRunner {
  private config: PipelineInput['config'];
  private decision: Decision | undefined;
  readonly status: RunStatus;

  constructor(private readonly input: PipelineInput) {
    this.config = input.config;
    const stages = stageNames.map((stage): StageStatus => ({ stage, state: 'waiting' }));
    this.status = { runId: input.runId, state: 'running', stages };
    setHandler(retryStageUpdate, ({ set }) => this.retry(set), {
      validator: (request: RetryRequest) => {
        this.requireHeld();
        this.requireLaterSettings(Object.keys(request.set));
      },
    });
    setHandler(abortUpdate, ({ reason }) => this.decide({ kind: 'abort', reason }), {
      validator: (_request) => {
        this.requireHeld();
      },
    });
    this.show();
  }

  run(stage: StageName, inputs: Record<string, BlobRef>): Promise<BlobRef> {
    return this.held(stage, () => this.runOnce(stage, inputs));
  }

  /** The base model as a checkpoint; a model that is not there holds the run at sft. */
  base(): Promise<BlobRef> {
    return this.held('sft', () => gpuActivities(this.input.engine, 'base model').baseCheckpoint(this.config));
  }

  async finish(state: 'done' | 'aborted'): Promise<RunStatus> {
    this.status.state = state;
    await this.showAndRecord();
    return this.status;
  }

  private async held<Result>(stage: StageName, work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (isCancellation(error)) throw error;
        await this.hold(stage, error);
      }
    }
  }

  private async runOnce(stage: StageName, inputs: Record<string, BlobRef>): Promise<BlobRef> {
    const { runId, engine } = this.input;
    const { config } = this;
    const started = Date.now();
    const plan = await pipelineActivities(engine).planStage({ stage, config, inputs });
    if (plan.reuse) {
      this.setStage(stage, { state: 'reused', key: plan.key, ...plan.reuse });
      await this.showAndRecord();
      return plan.reuse.output;
    }
    this.setStage(stage, { state: 'running', key: plan.key });
    this.show();
    const made = (await executeChild(stage, {
      workflowId: stageWorkflowId(runId, stage),
      args: [{ runId, key: plan.key, config, engine, inputs }],
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      staticSummary: `${stage} of ${runId}`,
      staticDetails: `Stage \`${stage}\`, key \`${plan.key}\``,
      typedSearchAttributes: [
        { key: keys.run, value: runId },
        { key: keys.stage, value: stage },
        { key: keys.tags, value: config.tags },
      ],
    })) as StageOutput;
    const seconds = (Date.now() - started) / 1000;
    await pipelineActivities(engine).sealStage({ stage, key: plan.key, ...made, seconds });
    this.setStage(stage, { state: 'done', key: plan.key, ...made, seconds });
    await this.showAndRecord();
    return made.output;
  }

  private async hold(stage: StageName, error: unknown): Promise<void> {
    this.decision = undefined;
    this.status.state = 'held';
    this.status.held = { stage, ...failureReason(error) };
    this.setStage(stage, { state: 'held' });
    await this.showAndRecord();
    const decision = await this.decided();
    if (decision.kind === 'abort') {
      await this.finish('aborted');
      throw ApplicationFailure.nonRetryable(decision.reason, 'Aborted');
    }
    this.status.state = 'running';
    delete this.status.held;
    this.setStage(stage, { state: 'running' });
    this.show();
  }

  private async retry(set: Record<string, unknown>): Promise<RunStatus> {
    const { engine } = this.input;
    if (Object.keys(set).length > 0)
      this.config = await pipelineActivities(engine).reconfigure({ config: this.config, set });
    return this.decide({ kind: 'retry' });
  }

  private decide(decision: Decision): RunStatus {
    this.decision = decision;
    return this.status;
  }

  private async decided(): Promise<Decision> {
    await condition(() => this.decision !== undefined);
    return this.decision as Decision;
  }

  private requireHeld(): void {
    if (this.status.state !== 'held')
      throw new Error(`the run is ${this.status.state}, not held: there is nothing to retry`);
  }

  /** A setting of a stage that is done would leave its result standing beside a config that did not make it. */
  private requireLaterSettings(paths: readonly string[]): void {
    const done = stageNames.slice(0, stageNames.indexOf(this.status.held?.stage ?? 'synthesize'));
    const fixed = ['seed', 'name', ...done] as readonly string[];
    const early = paths.find((path) => fixed.includes(path.split('.')[0] ?? ''));
    if (early !== undefined) throw new Error(`${early} has shaped stages that are done; start a new run to change it`);
  }

  private setStage(stage: StageName, status: Omit<StageStatus, 'stage'>): void {
    const index = stageNames.indexOf(stage);
    this.status.stages[index] = { stage, ...status };
  }

  private show(): void {
    const current = this.status.stages.find(({ state }) => state === 'running' || state === 'held')?.stage;
    const done = this.status.stages.filter(({ state }) => state === 'done' || state === 'reused').length;
    upsertMemo({ [STATUS_MEMO]: this.status });
    upsertSearchAttributes([
      { key: keys.state, value: this.status.state },
      { key: keys.stage, value: current ?? this.status.state },
      { key: keys.progress, value: done / stageNames.length },
    ]);
    setCurrentDetails(statusDetails(this.status));
  }

  private async showAndRecord(): Promise<void> {
    this.show();
    await pipelineActivities(this.input.engine).recordRun({ config: this.config, status: this.status });
  }
}
