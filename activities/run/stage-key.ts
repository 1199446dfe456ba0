import type { BlobRef } from '../../domain/ids.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { StageName } from '../../domain/stage.js';
import { contentHash } from '../content.js';

/** The parts of the config that decide what a stage makes. How many run at once does not, so it is left out. */
function decisiveConfig(stage: StageName, config: RunConfig): unknown {
  const { seed, model, sandbox, synthesize, execute, verify, filter, sft, rl, policy, bench } = config;
  const { concurrency: _width, slots: _slots, ...sampling } = policy;
  switch (stage) {
    case 'synthesize':
      return { seed, synthesize };
    case 'execute':
      return { agents: execute.agents, maxSteps: execute.maxSteps, sandbox };
    case 'verify':
      return { repeats: verify.repeats, sandbox };
    case 'filter':
      return { seed, filter };
    case 'sft':
      return { seed, model, sft };
    case 'rl':
      return { seed, model, rl, sampling, sandbox };
    case 'bench':
      return { seed, model, bench, sampling, sandbox };
  }
}

/** Hash of config, inputs and code: the same key is not done twice, in this run or another. 24 hex digits. */
export function stageKey(stage: StageName, config: RunConfig, inputs: Record<string, BlobRef>, code: string): string {
  const hashes = Object.fromEntries(Object.entries(inputs).map(([name, ref]) => [name, ref.sha256]));
  return `${stage}-${contentHash({ stage, config: decisiveConfig(stage, config), inputs: hashes, code }).slice(0, 24)}`;
}
