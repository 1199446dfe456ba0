import type { PolicyCommand, PolicyJob, SftJob, TrainerEvent } from '../../domain/training/trainer-protocol.js';

export type EventListener = (event: TrainerEvent) => void;

/** A policy being served, on this host, by a process that lives between activities. */
export interface PolicyProcess {
  readonly url: string;
  readonly policyVersion: string;
  readonly alive: boolean;
  /** Sends a command and resolves with the event that answers it; rejects with TrainerError. */
  command(command: PolicyCommand, onEvent: EventListener, signal?: AbortSignal): Promise<TrainerEvent>;
  close(): Promise<void>;
}

export interface Trainer {
  /** Runs to the end; aborting the signal asks for a checkpoint, then ends the process group. */
  sft(
    job: SftJob,
    onEvent: EventListener,
    signal: AbortSignal,
  ): Promise<{ path: string; metrics: Record<string, unknown> }>;
  /** Starts serving and resolves when the model is loaded. */
  policy(job: PolicyJob, onEvent: EventListener): Promise<PolicyProcess>;
}
