import { posix } from 'node:path';
import { checkpointSchema, type Checkpoint, type CurvePoint } from '../../domain/training/checkpoint.js';
import { ConfigError } from '../../domain/errors.js';
import type { BlobRef } from '../../domain/ids.js';
import type { Folders } from '../ports/folders.js';
import type { Models } from '../ports/models.js';
import type { Store } from '../ports/store.js';

export interface CheckpointDeps {
  store: Store;
  folders: Folders;
  models: Models;
}

/** Where the trainer finds a checkpoint on this host. */
export interface LocalCheckpoint {
  /** Model folder: the base model's, or the checkpoint's own where training changed all weights. */
  model: string;
  adapter: string | null;
  /** Optimizer and RNG to go on with, where training stopped between updates. */
  trainerState: string | null;
  policyVersion: string;
}

/** Copies a trainer's finished folder into the store. Without a `policyVersion` it is named by stage and weights. */
export async function ingestCheckpoint(
  made: { dir: string; stage: 'sft' | 'rl'; policyVersion?: string; model: Checkpoint['model']; curve: CurvePoint[] },
  { store, folders }: CheckpointDeps,
): Promise<{ ref: BlobRef; checkpoint: Checkpoint }> {
  const files: Checkpoint['files'] = [];
  for (const path of await folders.list(made.dir)) {
    files.push({ path, blob: await store.putFile(posix.join(made.dir, path)) });
  }
  const weights = files.find(({ path }) => path.endsWith('.safetensors'))?.blob.sha256.slice(0, 12) ?? 'unknown';
  const checkpoint: Checkpoint = {
    kind: 'checkpoint',
    stage: made.stage,
    policyVersion: made.policyVersion ?? `${made.stage}@${weights}`,
    model: made.model,
    files,
    curve: made.curve,
  };
  return { ref: await store.putJson(checkpoint), checkpoint };
}

/** The base model as a checkpoint with no files of its own. */
export async function baseCheckpoint(source: string, { store, models }: CheckpointDeps): Promise<BlobRef> {
  const { sha256 } = await models.resolve(source);
  const checkpoint: Checkpoint = {
    kind: 'checkpoint',
    stage: 'base',
    policyVersion: `base@${sha256.slice(0, 12)}`,
    model: { source, sha256 },
    files: [],
    curve: [],
  };
  return store.putJson(checkpoint);
}

export async function readCheckpoint(store: Store, ref: BlobRef): Promise<Checkpoint> {
  return checkpointSchema.parse(await store.getJson(ref));
}

/** Lays a checkpoint's files out on this host, verified, once. Throws ConfigError when this host's base model is another. */
export async function localCheckpoint(ref: BlobRef, deps: CheckpointDeps): Promise<LocalCheckpoint> {
  const { stage, model, files, policyVersion } = await readCheckpoint(deps.store, ref);
  const base = await deps.models.resolve(model.source);
  if (base.sha256 !== model.sha256) {
    throw new ConfigError(
      `model "${model.source}" on this host has other weights than the checkpoint was trained from`,
      {
        nextStep: 'put the same model on every gpu host, or start a new run',
      },
    );
  }
  if (files.length === 0) return { model: base.dir, adapter: null, trainerState: null, policyVersion };
  const dir = await deps.folders.fillOnce(`checkpoints/${ref.sha256}`, async (aside) => {
    for (const file of files) await deps.store.getFile(file.blob, posix.join(aside, file.path));
  });
  const isAdapter = files.some(({ path }) => path === 'adapter_config.json');
  const trainerState = stage === 'rl' ? dir : null;
  return isAdapter
    ? { model: base.dir, adapter: dir, trainerState, policyVersion }
    : { model: dir, adapter: null, trainerState, policyVersion };
}
