import { parse } from 'yaml';
import { ConfigError } from '../domain/errors.js';

/** Commander's collector for `--set path=value`, which may be given again and again. */
export function collectSetting(argument: string, sofar: readonly string[]): string[] {
  return [...sofar, argument];
}

/** `['sft.learningRate=1e-4']` → `{ 'sft.learningRate': 0.0001 }`. Values are YAML: numbers, true, [a, b], words. */
export function parseSettings(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(given.map(parseSetting));
}

function parseSetting(argument: string): [string, unknown] {
  const at = argument.indexOf('=');
  const path = argument.slice(0, Math.max(at, 0)).trim();
  if (path === '')
    throw new ConfigError(`--set ${argument}: not of the form path=value`, {
      nextStep: 'for example: --set sft.epochs=2',
    });
  try {
    return [path, parse(argument.slice(at + 1)) as unknown];
  } catch (error) {
    throw new ConfigError(`--set ${path}: the value is no YAML: ${firstLine(error)}`, { cause: error });
  }
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? '';
}
