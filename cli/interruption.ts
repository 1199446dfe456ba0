import { Interrupted } from './fail.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Aborts at the first Ctrl-C or its like. */
  signal: AbortSignal;
  /** Rejects with Interrupted at the same time. */
  interrupted: Promise<never>;
  end: () => void;
}

/** Turns Ctrl-C into an abort, so that what was started is ended in order. `onAgain` is called for each further one. */
export function listenForInterruption(words: string, onAgain: () => void): Interruption {
  const controller = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(new Interrupted(words)));
  });
  interrupted.catch(() => undefined);
  const onSignal = (): void => {
    if (controller.signal.aborted) onAgain();
    else controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    interrupted,
    end: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
