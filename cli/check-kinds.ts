import { ConfigError } from '../domain/errors.js';
import type { RunConfig } from '../domain/run-config.js';

/** What the schema cannot see. Throws ConfigError naming field and value. */
export function checkKinds(config: RunConfig, known: readonly string[], source: string): void {
  const { kinds = [] } = config.synthesize;
  const at = kinds.findIndex((kind) => !known.includes(kind));
  if (at < 0) return;
  throw new ConfigError(`${source}: synthesize.kinds.${at}: no kind of task (it is ${JSON.stringify(kinds[at])})`, {
    nextStep: `choose from ${known.join(', ')}`,
  });
}
