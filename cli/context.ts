import { temporalConfig, type TemporalConfig } from '../temporal.config.js';
import { Output } from './output.js';

/** What a command needs before it does anything: this machine's settings, and where to speak. */
export interface CommandContext {
  config: TemporalConfig;
  output: Output;
}

export function commandContext({ json = false }: { json?: boolean }): CommandContext {
  return { config: temporalConfig(), output: new Output(json) };
}
