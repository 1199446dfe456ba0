import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  baseCheckpoint,
  ingestCheckpoint,
  localCheckpoint,
  readCheckpoint,
} from '../../../activities/policy/checkpoint-files.js';
import { ConfigError, StoreError } from '../../../domain/errors.js';
import { gpuDeps } from '../../support/fake-trainer.js';

const model = { source: 'embedded', sha256: 'b'.repeat(64) };

async function ingested(files: Record<string, string>, stage: 'sft' | 'rl' = 'sft') {
  const deps = gpuDeps();
  const dir = await deps.folders.work('made');
  for (const [path, content] of Object.entries(files)) writeFileSync(join(dir, path), content);
  return { deps, dir, ...(await ingestCheckpoint({ dir, stage, model, curve: [] }, deps)) };
}
const adapter = { 'adapter_config.json': '{}', 'adapter_model.safetensors': 'weights', COMPLETE: '' };

describe('a checkpoint', () => {
  it('is laid out on a host as it was made, once', async () => {
    const { deps, ref } = await ingested(adapter);
    const local = await localCheckpoint(ref, deps);
    expect(local).toMatchObject({ model: '/models/embedded', trainerState: null });
    expect(readFileSync(join(local.adapter!, 'adapter_model.safetensors'), 'utf8')).toBe('weights');
    expect(await localCheckpoint(ref, deps)).toEqual(local);
  });

  it('is named by its weights, so that the same weights are the same policy', async () => {
    const [one, two] = [await ingested(adapter), await ingested(adapter)];
    const other = await ingested({ ...adapter, 'adapter_model.safetensors': 'other' });
    expect(one.checkpoint.policyVersion).toBe(two.checkpoint.policyVersion);
    expect(other.checkpoint.policyVersion).not.toBe(one.checkpoint.policyVersion);
  });

  it('of RL carries the state to go on training with', async () => {
    const { deps, ref } = await ingested(adapter, 'rl');
    const local = await localCheckpoint(ref, deps);
    expect(local.trainerState).toBe(local.adapter);
  });

  it('of whole weights is a model of its own', async () => {
    const { deps, ref } = await ingested({ 'config.json': '{}', 'model.safetensors': 'all' });
    const local = await localCheckpoint(ref, deps);
    expect(local.adapter).toBeNull();
    expect(readFileSync(join(local.model, 'model.safetensors'), 'utf8')).toBe('all');
  });

  it('of the base is the model of the host', async () => {
    const deps = gpuDeps();
    const ref = await baseCheckpoint('embedded', deps);
    expect(await readCheckpoint(deps.store, ref)).toMatchObject({
      stage: 'base',
      policyVersion: `base@${'b'.repeat(12)}`,
      files: [],
    });
    expect(await localCheckpoint(ref, deps)).toMatchObject({
      model: '/models/embedded',
      adapter: null,
      trainerState: null,
    });
  });

  it('is refused on a host whose base model has other weights', async () => {
    const { deps, ref } = await ingested(adapter);
    const models = { resolve: () => Promise.resolve({ dir: '/models/other', sha256: 'c'.repeat(64) }) };
    const error = await localCheckpoint(ref, { ...deps, models }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).nextStep).toContain('same model on every gpu host');
  });

  it('of which a file is missing is never laid out in part', async () => {
    const { deps, ref, checkpoint } = await ingested(adapter);
    const weights = checkpoint.files.find(({ path }) => path.endsWith('.safetensors'))!;
    const broken = await deps.store.putJson({
      ...checkpoint,
      files: [...checkpoint.files, { path: 'zz', blob: { ...weights.blob, sha256: 'd'.repeat(64) } }],
    });
    await expect(localCheckpoint(broken, deps)).rejects.toThrow(StoreError);
    expect(existsSync(join(deps.folder, 'work', 'checkpoints', broken.sha256))).toBe(false);
    expect((await localCheckpoint(ref, deps)).adapter).not.toBeNull();
  });
});
