/** Tells Temporal that the activity lives, and how far it is; aborts when it is cancelled or the worker shuts down. */
export interface Pulse {
  beat(details: { done: number; of: number; note?: string }): void;
  readonly signal: AbortSignal;
}

/** Beats every second while `work` runs: for waits in which nothing else can tell that the activity lives. */
export async function beatWhile<Result>(pulse: Pulse, note: string, work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {
    pulse.beat({ done: 0, of: 1, note });
  }, 1000);
  return work().finally(() => {
    clearInterval(timer);
  });
}
