import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConfigError } from '../../../domain/errors.js';
import type { Models } from '../../ports/models.js';

/** Base models in folders of this host. Hashing gigabytes takes long, so a hash is kept beside size and time of each file. */
export class LocalModels implements Models {
  constructor(
    private readonly embeddedDir: () => string,
    private readonly cacheDir: string,
  ) {}

  async resolve(source: string): Promise<{ dir: string; sha256: string }> {
    const dir = source === 'embedded' ? this.embeddedDir() : resolve(source);
    const names = await readdir(dir).catch((error: unknown) => {
      throw new ConfigError(`model.source: "${source}": ${(error as Error).message}`, {
        cause: error,
        nextStep: 'name a local Hugging Face model folder, or "embedded"',
      });
    });
    const files = names.filter((name) => /\.(safetensors|json|model|txt|jinja)$/.test(name)).sort();
    if (!files.includes('config.json') || !files.some((name) => name.endsWith('.safetensors'))) {
      throw new ConfigError(`model.source: "${source}" holds no config.json with .safetensors weights`, {
        nextStep: 'name the folder that save_pretrained wrote',
      });
    }
    return { dir, sha256: await this.hash(dir, files) };
  }

  private async hash(dir: string, files: readonly string[]): Promise<string> {
    const stats = await Promise.all(files.map((file) => stat(join(dir, file))));
    const stamp = createHash('sha256')
      .update(JSON.stringify([dir, files, stats.map(({ size, mtimeMs }) => [size, mtimeMs])]))
      .digest('hex');
    const known = join(this.cacheDir, 'model-hashes', stamp);
    const kept = await readFile(known, 'utf8').catch(() => undefined);
    if (kept !== undefined && /^[0-9a-f]{64}$/.test(kept)) return kept;
    const hash = createHash('sha256');
    for (const file of files) {
      hash.update(`${file}\0`);
      await pipeline(createReadStream(join(dir, file)), hash, { end: false });
    }
    const sha256 = hash.digest('hex');
    await mkdir(join(this.cacheDir, 'model-hashes'), { recursive: true });
    await writeFile(known, sha256);
    return sha256;
  }
}
