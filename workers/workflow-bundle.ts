import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { Logger } from 'pino';
import { inRepository } from '../infra/setup/repository.js';

/** The workflows bundled for Temporal's isolate. Bundling takes seconds, so the bundle is kept by the hash of its sources. */
export async function workflowBundle(cacheDir: string, logger: Logger): Promise<{ codePath: string }> {
  const codePath = join(cacheDir, 'workflow-bundles', `${await sourcesHash()}.js`);
  const known = await readFile(codePath).catch(() => undefined);
  if (known) return { codePath };
  logger.info('bundling workflows');
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  });
  await mkdir(dirname(codePath), { recursive: true });
  const aside = `${codePath}.${process.pid}`;
  await writeFile(aside, code);
  await rename(aside, codePath);
  return { codePath };
}

/** Over all that workflows may import: themselves, the domain, and the locked packages. */
async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(inRepository('package-lock.json')));
  for (const room of ['workflows', 'domain']) {
    const entries = await readdir(inRepository(room), { recursive: true });
    for (const entry of entries.filter((name) => name.endsWith('.ts')).sort()) {
      hash.update(`${room}/${entry}\0`).update(await readFile(join(inRepository(room), entry)));
    }
  }
  return hash.digest('hex').slice(0, 24);
}
