import { describe } from 'vitest';

import { dockerAnswers } from '../../../../activities/adapters/sandbox/docker/docker-engine.js';
import { createSandboxDriver } from '../../../../activities/adapters/sandbox/sandbox-drivers.js';
import type { Sandbox, SandboxDriver, SandboxSpec } from '../../../../activities/ports/sandbox.js';
import { cacheDir } from '../../../../infra/setup/cache-dir.js';
import { prepareSandbox } from '../../../../infra/setup/sandbox.js';
import { smallLimits } from './actions.js';

export const spec: SandboxSpec = {
  runId: `test-${process.pid}`,
  attemptId: 'attempt',
  lifetimeSeconds: 300,
  limits: smallLimits,
};

/** Cold machines build the root file system here: minutes, once. */
await prepareSandbox({ cacheDir: cacheDir(), log: console.log });
const bubblewrap = await createSandboxDriver('bubblewrap', { cacheDir: cacheDir() });
const docker = (await dockerAnswers()) ? await createSandboxDriver('docker', { cacheDir: cacheDir() }) : undefined;

/** Runs one suite over every driver that this machine has, and says why one is left out. */
export function describeDrivers(subject: string, suite: (driver: SandboxDriver) => void): void {
  describe(`bubblewrap: ${subject}`, () => {
    suite(bubblewrap);
  });
  const missing = 'skipped, for no Docker engine answers';
  describe.skipIf(docker === undefined)(`docker: ${subject}${docker === undefined ? ` (${missing})` : ''}`, () => {
    suite(docker ?? bubblewrap);
  });
}

export async function withSandbox<T>(
  driver: SandboxDriver,
  work: (sandbox: Sandbox) => Promise<T>,
  changed: Partial<SandboxSpec> = {},
): Promise<T> {
  const sandbox = await driver.create({ ...spec, ...changed });
  try {
    return await work(sandbox);
  } finally {
    await sandbox.destroy();
  }
}
