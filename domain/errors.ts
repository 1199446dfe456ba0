/**
 * One error class per boundary. `retryable` is decided where the error is made, by whoever knows the cause;
 * `nextStep` tells the user what to do. The class name is the failure type that Temporal records.
 */
export abstract class ClawmillError extends Error {
  readonly retryable: boolean;
  readonly nextStep: string | undefined;

  constructor(message: string, options: { retryable?: boolean; nextStep?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retryable = options.retryable ?? false;
    this.nextStep = options.nextStep;
  }
}

/** The user's configuration (run config, environment, flags) is wrong. Never retryable. */
export class ConfigError extends ClawmillError {}

/** A task is malformed, or cannot be made from its program. */
export class TaskError extends ClawmillError {}

/** A dataset, an example file or a manifest has content that no retry can mend. */
export class DatasetInvalid extends ClawmillError {}

/** The store: unreadable, corrupt, full. */
export class StoreError extends ClawmillError {}

/** The sandbox engine or a sandbox: infrastructure, never the agent's fault. */
export class SandboxError extends ClawmillError {}

/** The endpoint that serves a model or a policy. */
export class ModelError extends ClawmillError {}

/** The trainer process: a bad job, a crash, a lost device. */
export class TrainerError extends ClawmillError {}

/** A verifier gave no valid result. */
export class VerifierError extends ClawmillError {}

/** The Temporal server or a worker's surroundings (device, queue, binaries). */
export class EngineError extends ClawmillError {}
