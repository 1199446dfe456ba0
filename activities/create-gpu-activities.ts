import type { BlobRef } from '../domain/ids.js';
import type { RunConfig } from '../domain/run-config.js';
import { beatWhile, type Pulse } from './heartbeat.js';
import { baseCheckpoint } from './policy/checkpoint-files.js';
import type { GpuDeps } from './policy/gpu-deps.js';
import { updatePolicy, type UpdateInput } from './rl/rl-activities.js';
import { trainSft } from './sft/train-sft.js';
import type { StageInput } from './stage-io.js';

/** Where a policy is served, and the queue on which the worker that serves it takes updates. */
export interface OpenedPolicy {
  url: string;
  policyVersion: string;
  hostQueue: string;
}

/** Activities of the `gpu` queue. */
export function createGpuActivities(deps: GpuDeps, pulse: () => Pulse) {
  return {
    baseCheckpoint: (config: RunConfig) => baseCheckpoint(config.model.source, deps),

    trainSft: (input: StageInput) => trainSft(input, deps, pulse()),

    async openPolicy(input: { checkpoint: BlobRef; config: RunConfig }): Promise<OpenedPolicy> {
      const opened = await beatWhile(pulse(), 'loading the model', () =>
        deps.policies.open(input.checkpoint, input.config, () => undefined),
      );
      return { ...opened, hostQueue: deps.hostQueue };
    },

    updatePolicy: (input: UpdateInput) => updatePolicy(input, deps, pulse()),

    /** Frees the device's memory. */
    closePolicy: () => deps.policies.close(),
  };
}

export type GpuActivities = ReturnType<typeof createGpuActivities>;
