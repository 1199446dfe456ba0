import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LocalModels } from '../../../../activities/adapters/trainer/local-models.js';
import { ConfigError } from '../../../../domain/errors.js';
import { scratchFolder } from '../../../infra/scratch-folder.js';

function modelFolder(files: Record<string, string> = { 'config.json': '{}', 'model.safetensors': 'weights' }): string {
  const dir = join(scratchFolder(), 'model');
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
}

async function refusal(source: string): Promise<ConfigError> {
  const error = await new LocalModels(() => '/nowhere', scratchFolder())
    .resolve(source)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

describe('base models of a host', () => {
  it('are named by their weights: the same files elsewhere are the same model', async () => {
    const models = new LocalModels(() => '/nowhere', scratchFolder());
    const [one, two] = [await models.resolve(modelFolder()), await models.resolve(modelFolder())];
    expect(two.sha256).toBe(one.sha256);
    const other = modelFolder({ 'config.json': '{}', 'model.safetensors': 'others' });
    expect((await models.resolve(other)).sha256).not.toBe(one.sha256);
  });

  it('are hashed once, and again after they changed', async () => {
    const cache = scratchFolder();
    const dir = modelFolder();
    const models = new LocalModels(() => dir, cache);
    const first = await models.resolve('embedded');
    expect(first.dir).toBe(dir);
    expect(await models.resolve('embedded')).toEqual(first);
    expect(readdirSync(join(cache, 'model-hashes'))).toHaveLength(1);
    writeFileSync(join(dir, 'model.safetensors'), 'weighed');
    utimesSync(join(dir, 'model.safetensors'), 1, 1);
    expect((await models.resolve('embedded')).sha256).not.toBe(first.sha256);
  });

  it('do not depend on files that are no part of the model', async () => {
    const models = new LocalModels(() => '/nowhere', scratchFolder());
    const plain = await models.resolve(modelFolder());
    const noted = await models.resolve(
      modelFolder({ 'config.json': '{}', 'model.safetensors': 'weights', 'notes.md': 'mine' }),
    );
    expect(noted.sha256).toBe(plain.sha256);
  });

  it('that are not there are refused, naming the setting, its value and what to write', async () => {
    const error = await refusal('/nowhere/model');
    expect(error.message).toMatch(/^model\.source: "\/nowhere\/model": ENOENT/);
    expect(error.nextStep).toContain('"embedded"');
  });

  it.each<[string, Record<string, string>]>([
    ['no weights', { 'config.json': '{}' }],
    ['no configuration', { 'model.safetensors': 'weights' }],
    ['weights of another kind', { 'config.json': '{}', 'pytorch_model.bin': 'weights' }],
  ])('with %s are refused', async (_name, files) => {
    expect((await refusal(modelFolder(files))).message).toContain('holds no config.json with .safetensors weights');
  });
});
