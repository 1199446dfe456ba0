/** Tells Temporal that the activity lives, and how far it is; aborts when it is cancelled or the worker shuts down. */
export interface Pulse {
  beat(details: { done: number; of: number; note?: string }): void;
  readonly signal: AbortSignal;
}
