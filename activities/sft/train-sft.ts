import { posix } from 'node:path';
import { DatasetInvalid } from '../../domain/errors.js';
import { datasetSchema } from '../../domain/filter/dataset.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { SftJob, TrainerEvent } from '../../domain/training/trainer-protocol.js';
import type { CurvePoint } from '../../domain/training/checkpoint.js';
import type { Ledger } from '../ports/ledger.js';
import { beatWhile, type Pulse } from '../heartbeat.js';
import { ingestCheckpoint } from '../policy/checkpoint-files.js';
import type { GpuDeps } from '../policy/gpu-deps.js';
import type { StageInput, StageOutput } from '../stage-io.js';

/** Trains on the dataset's passing trajectories. A killed job finds its last whole step in the same work folder and goes on. */
export async function trainSft(input: StageInput, deps: GpuDeps, pulse: Pulse): Promise<StageOutput> {
  const { dataset } = input.inputs;
  if (!dataset) throw new DatasetInvalid('sft: no dataset was given');
  const { store, folders, models, trainer } = deps;
  const { sft, counts } = datasetSchema.parse(await store.getJson(dataset));
  const dir = await folders.work(`sft/${input.key}`);
  const examples = posix.join(dir, 'examples.jsonl');
  await store.getFile(sft, examples);
  const model = await models.resolve(input.config.model.source);
  await deps.policies.close();
  const steps = await deps.ledgers.open(`${input.key}/steps`);
  const curve = new LossCurve(steps);
  const job = sftJob(input.config, { model: model.dir, device: deps.device, examples, outputDir: dir });
  const beat = (): void => {
    pulse.beat({ ...curve.progress, note: curve.note });
  };
  // Loading says nothing for a minute or more; from the first event on only events beat, so that a stuck trainer is found out.
  const loading = setInterval(beat, 1000);
  const onEvent = (event: TrainerEvent): void => {
    clearInterval(loading);
    curve.take(event);
    beat();
  };
  const trained = await trainer.sft(job, onEvent, pulse.signal).finally(() => {
    clearInterval(loading);
    return steps.close();
  });
  const made = {
    dir: trained.path,
    stage: 'sft',
    model: { source: input.config.model.source, sha256: model.sha256 },
    curve: curve.points,
  } as const;
  const { ref, checkpoint } = await beatWhile(pulse, 'storing the checkpoint', () => ingestCheckpoint(made, deps));
  const last = curve.points.at(-1);
  return {
    output: ref,
    summary: {
      checkpoint: checkpoint.policyVersion,
      examples: counts.examples,
      steps: curve.progress.done,
      ...(last && typeof last.loss === 'number' ? { loss: Number(last.loss.toFixed(4)) } : {}),
      ...numbersOf(trained.metrics),
    },
  };
}

function sftJob(
  config: RunConfig,
  at: { model: string; device: 'cpu' | 'cuda'; examples: string; outputDir: string },
): SftJob {
  const { sft, seed, model } = config;
  return {
    job: 'sft',
    model: at.model,
    adapter: null,
    device: at.device,
    precision: model.precision,
    seed,
    examples: at.examples,
    eval_examples: null,
    output_dir: at.outputDir,
    settings: {
      method: sft.method,
      lora: sft.lora,
      learning_rate: sft.learningRate,
      warmup_ratio: sft.warmupRatio,
      batch_size: sft.batchSize,
      epochs: sft.epochs,
      max_steps: sft.maxSteps ?? null,
      max_tokens: sft.maxTokens,
      checkpoint_every_steps: sft.checkpointEverySteps,
    },
  };
}

/** Steps by number, kept in a ledger: a resumed job's curve holds what was trained before it was killed. */
class LossCurve {
  progress = { done: 0, of: 0 };
  note = 'loading the model';

  constructor(private readonly steps: Ledger) {}

  get points(): CurvePoint[] {
    const points = [...this.steps.entries.values()] as CurvePoint[];
    return points.sort((a, b) => Number(a.step) - Number(b.step));
  }

  take(event: TrainerEvent): void {
    if (event.event === 'ready')
      this.note = `${event.device}, ${event.precision}, ${String(event.trainable)} weights trained`;
    if (event.event !== 'step') return;
    this.progress = { done: event.step, of: event.of };
    this.note = `loss ${event.loss.toFixed(3)}`;
    void this.steps.append(String(event.step), { step: event.step, loss: event.loss, tokens: event.tokens });
  }
}

function numbersOf(metrics: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
