import { ConfigError } from './errors.js';
import { runConfigSchema, type RunConfig } from './run-config.js';
import { isStageName, stageNames, type StageName } from './stage.js';

/** `{ 'sft.learningRate': 1e-4 }` laid over a config. Throws ConfigError naming field and value. */
export function applySettings(config: unknown, set: Record<string, unknown>): RunConfig {
  const copy = structuredCloneJson(config);
  for (const [path, value] of Object.entries(set)) setPath(copy, path.split('.'), value, path);
  return parseRunConfig(copy, 'settings');
}

/** Parses what the user wrote. `source` (a file name) leads each message. */
export function parseRunConfig(value: unknown, source: string): RunConfig {
  const parsed = runConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const given = issue.code === 'unrecognized_keys' ? '' : givenValue(value, issue.path);
    const field = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].map(String).join('.');
    return `${source}: ${field || 'the whole'}: ${issue.code === 'unrecognized_keys' ? 'unknown key' : issue.message}${given}`;
  });
  throw new ConfigError(lines.join('\n'), {
    nextStep: 'see the keys and their defaults: npm run -s clawmill -- config schema',
  });
}

/** The earliest stage that the settings touch, or undefined when they touch none by name. */
export function earliestStageOf(paths: readonly string[]): StageName | undefined {
  const touched = paths.map((path) => path.split('.')[0] ?? '').filter(isStageName);
  return stageNames.find((stage) => touched.includes(stage));
}

function setPath(target: Record<string, unknown>, keys: readonly string[], value: unknown, path: string): void {
  const [key, ...rest] = keys;
  if (key === undefined || key === '' || key === '__proto__')
    throw new ConfigError(`--set ${path}: not a path to a setting`);
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key] ?? {};
  if (typeof inner !== 'object' || Array.isArray(inner))
    throw new ConfigError(`--set ${path}: "${key}" holds no further settings`);
  target[key] = inner;
  setPath(inner as Record<string, unknown>, rest, value, path);
}

function givenValue(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  return found === undefined ? ' (it is missing)' : ` (it is ${JSON.stringify(found).slice(0, 80)})`;
}

function structuredCloneJson(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value ?? {})) as Record<string, unknown>;
}
