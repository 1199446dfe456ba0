import { createHash } from 'node:crypto';

/** Names an installed part by what it is made from: 16 hex digits over the pins and the platform. */
export function pinsKey(...pins: readonly string[]): string {
  const hash = createHash('sha256');
  for (const pin of [process.platform, process.arch, ...pins]) hash.update(pin).update('\0');
  return hash.digest('hex').slice(0, 16);
}
