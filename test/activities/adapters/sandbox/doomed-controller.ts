import {
  createSandboxDriver,
  type SandboxDriverChoice,
} from '../../../../activities/adapters/sandbox/sandbox-drivers.js';
import { cacheDir } from '../../../../infra/setup/cache-dir.js';
import { shell, smallLimits } from './actions.js';

/** Makes busy sandboxes, says so, and waits to be killed. Arguments: driver, count, run id, marker in their processes. */
const [choice, count, runId, marker] = process.argv.slice(2) as [SandboxDriverChoice, string, string, string];
const driver = await createSandboxDriver(choice, { cacheDir: cacheDir() });
for (let index = 0; index < Number(count); index++) {
  const sandbox = await driver.create({ runId, attemptId: `${index}`, lifetimeSeconds: 300, limits: smallLimits });
  void sandbox.run(shell(`setsid sleep ${marker} & sleep ${marker}`, { timeoutMs: 300_000 })).catch(() => undefined);
}
console.log('busy');
setInterval(() => undefined, 60_000);
