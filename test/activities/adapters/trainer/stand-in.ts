import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainerCommand } from '../../../../activities/adapters/trainer/trainer-process.js';
import type { PolicyJob, SftJob } from '../../../../domain/training/trainer-protocol.js';
import { scratchFolder } from '../../../infra/scratch-folder.js';

/** An executable that stands where Python would: `sh` runs `script`, with the job file as `$JOB` and events on descriptor 3. */
export function standIn(script: string): { command: TrainerCommand; folder: string } {
  const folder = scratchFolder();
  const python = join(folder, 'python');
  writeFileSync(python, `#!/bin/sh\nJOB="$3"\n${script}\n`, { mode: 0o755 });
  return { command: { python, projectDir: folder, env: { STAND_IN: 'yes' } }, folder };
}

export const ready = `echo '{"event":"ready","device":"cpu","precision":"fp32","parameters":10,"trainable":2}' >&3`;
export const done = `echo '{"event":"done","path":"/out/final","metrics":{"loss":0.5}}' >&3`;
export const step = (number: number): string =>
  `echo '{"event":"step","step":${String(number)},"of":9,"loss":1.5,"trained_tokens":1,"tokens":2,"learning_rate":0.1,"seconds":1}' >&3`;

export function sftJob(folder: string): SftJob {
  return {
    job: 'sft',
    ...{ model: '/model', adapter: null, device: 'cpu', precision: 'fp32', seed: 1 },
    ...{ examples: '/examples.jsonl', eval_examples: null, output_dir: join(folder, 'out') },
    settings: {
      method: 'lora',
      lora: { rank: 4, alpha: 8 },
      learning_rate: 0.001,
      warmup_ratio: 0,
      batch_size: 1,
      epochs: 1,
      max_steps: null,
      max_tokens: 128,
      checkpoint_every_steps: 5,
    },
  };
}

export const policyJob: PolicyJob = {
  job: 'policy',
  ...{ model: '/model', adapter: null, device: 'cpu', precision: 'fp32', seed: 1 },
  ...{ host: '127.0.0.1', port: 0, slots: 1, context_tokens: 128, policy_version: 'base@1' },
};
