import { randomInt } from 'node:crypto';

/** Far above what systems give out, and below the sign bit, which older tools mishandle. */
const FIRST = 1_000_000_000;
const PAIRS = 500_000_000;

const inUse = new Set<number>();

/**
 * Two uids that no other sandbox has, the first of which is even: one for the tool server, the next one for actions. Drawn
 * at random, for workers know nothing of each other: a shared uid would let one sandbox exhaust another's kernel quotas.
 */
export function takeUidPair(): { server: number; action: number; giveBack: () => void } {
  let server: number;
  do server = FIRST + 2 * randomInt(PAIRS);
  while (inUse.has(server));
  inUse.add(server);
  return { server, action: server + 1, giveBack: () => void inUse.delete(server) };
}
