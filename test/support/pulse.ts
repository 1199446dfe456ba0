import type { Pulse } from '../../activities/heartbeat.js';

/** A heartbeat that remembers its beats, and can be cancelled. */
export function pulseOf(
  controller = new AbortController(),
): Pulse & { beats: { done: number; of: number; note?: string }[] } {
  const beats: { done: number; of: number; note?: string }[] = [];
  return {
    beats,
    beat: (details) => {
      beats.push(details);
    },
    signal: controller.signal,
  };
}
