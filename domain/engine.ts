/** What workflows need of temporal.config.ts: handed over in the run's input, so that a replay sees what the run saw. */
export interface EngineSettings {
  queues: { pipeline: string; sandbox: string; gpu: string };
  /** Durations in seconds. */
  timeouts: {
    /** Start to close of a batch activity, and its heartbeat. */
    batch: number;
    batchHeartbeat: number;
    /** Start to close of a training activity, and its heartbeat. */
    gpu: number;
    gpuHeartbeat: number;
    /** Start to close of a short activity on the pipeline queue. */
    light: number;
    /** How long an activity may wait for the very worker that serves a policy, before the policy is opened elsewhere. */
    hostQueueWait: number;
  };
  retries: { initialSeconds: number; maximumSeconds: number; maximumAttempts: number };
  /** Batch activities of one stage in flight. */
  batchWindow: number;
}

/** Errors that no retry mends: the stage is held at once. Python's exception classes come through under their own names. */
export const nonRetryableTypes = [
  'ConfigError',
  'TaskError',
  'DatasetInvalid',
  'CheckpointIncompatible',
  'ModelUnreadable',
  'LossNotFinite',
  'PolicyUnreachable',
] as const;
