/** The kernel's start time of a process in clock ticks since boot; '' where it cannot be told. */
export function processStartTime(pid: number): string;

/** Whether the pid lives and, where `startTime` is not '', is still that process. */
export function processIsAlive(pid: number, startTime: string): boolean;

/**
 * Runs `work` while holding the lock file at `path`, whose folder must exist. Waits for a live holder (`onWait` is told
 * its pid once); takes over from a dead one.
 */
export function withLock<T>(
  path: string,
  options: { onWait?: (holderPid: number) => void; pollMs?: number },
  work: () => Promise<T>,
): Promise<T>;
