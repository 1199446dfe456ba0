import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cacheDir } from '../../infra/setup/cache-dir.js';
import { repository } from '../../infra/setup/repository.js';
import { scratchFolder } from '../infra/scratch-folder.js';

/** What the machine that tests may have set. */
const nothingSet = { TEMPORAL_ADDRESS: undefined, CLAWMILL_DEVICE: undefined };

/** Runs a worker process as set-up and the CLI would, in a state folder of its own, with no Temporal server. */
async function worker(name: 'pipeline' | 'sandbox' | 'gpu', env: NodeJS.ProcessEnv) {
  const given = { CLAWMILL_STATE: join(scratchFolder(), 'state'), CLAWMILL_CACHE: cacheDir(), ...nothingSet, ...env };
  return execa(process.execPath, ['--import', 'tsx', `workers/${name}.ts`], {
    cwd: repository,
    env: given,
    reject: false,
    timeout: 50_000,
  });
}

describe('a worker that cannot work', () => {
  it('refuses to serve the gpu queue without CUDA, before it looks for a server, and says how to ask for the CPU', async ({
    skip,
  }) => {
    if (existsSync('/dev/nvidia0')) return skip('this machine has a CUDA device');
    const { exitCode, stderr } = await worker('gpu', {});
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^gpu worker: no CUDA device: torch .* sees none on this host$/m);
    expect(stderr).toContain('--device cpu (CLAWMILL_DEVICE=cpu)');
    expect(stderr).not.toContain('Temporal');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('names set-up when the trainer is not there', async () => {
    const { exitCode, stderr } = await worker('gpu', { CLAWMILL_CACHE: scratchFolder() });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^gpu worker: set-up has not been run.*$/m);
    expect(stderr).toContain('next: npm run setup');
  });

  it('names set-up when no sandbox engine was prepared', async () => {
    const { exitCode, stderr } = await worker('sandbox', { CLAWMILL_CACHE: scratchFolder() });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^sandbox worker: .*set-up|set up.*$/im);
    expect(stderr).toContain('next: npm run setup');
  });

  it('says that the sandbox engine does not start, and what to do', async () => {
    const { exitCode, stderr } = await worker('sandbox', { PATH: '/nowhere', CLAWMILL_SANDBOX_DRIVER: 'bubblewrap' });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^sandbox worker: .*(bubblewrap|bwrap).*$/m);
    expect(stderr).toMatch(/^ {2}next: /m);
  });

  it('says that there is no Temporal server and how to start one', async () => {
    const { exitCode, stderr } = await worker('pipeline', {});
    expect(exitCode).toBe(1);
    expect(stderr).toContain('pipeline worker: no Temporal server');
    expect(stderr).toContain('clawmill -- dev');
  });

  it('says which server cannot be used', async () => {
    const { exitCode, stderr } = await worker('pipeline', { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the Temporal server at 127.0.0.1:9 cannot be used');
    expect(stderr).toContain('TEMPORAL_*');
  });

  it('names the variable that is wrong', async () => {
    const { exitCode, stderr } = await worker('gpu', { CLAWMILL_DEVICE: 'tpu' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('CLAWMILL_DEVICE=tpu');
  });
});
