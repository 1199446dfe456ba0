import type { EngineSettings } from '../domain/engine.js';
import type { RunConfig } from '../domain/run-config.js';
import type { RunStatus } from '../domain/run-status.js';
import { StageRunner } from './stage-runner.js';

export interface PipelineInput {
  runId: string;
  config: RunConfig;
  engine: EngineSettings;
}

/** The whole run: seeds in, a trained and measured model out. Each line is a stage, done once for its config, inputs and code. */
export async function pipeline(input: PipelineInput): Promise<RunStatus> {
  const stages = new StageRunner(input);

  const tasks = await stages.run('synthesize', {});
  const attempts = await stages.run('execute', { tasks });
  const verdicts = await stages.run('verify', { tasks, attempts });
  const dataset = await stages.run('filter', { tasks, attempts, verdicts });
  const base = await stages.base();
  const sft = await stages.run('sft', { dataset, base });
  const rl = await stages.run('rl', { dataset, checkpoint: sft });
  await stages.run('bench', { dataset, base, sft, rl });

  return stages.finish('done');
}
