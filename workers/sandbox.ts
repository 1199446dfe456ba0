import { FileLedgers } from '../activities/adapters/store/file-ledger.js';
import { FileStore } from '../activities/adapters/store/file-store.js';
import { HttpTokenModel } from '../activities/adapters/model/http-token-model.js';
import { createSandboxDriver, SandboxPool } from '../activities/adapters/sandbox/sandbox-drivers.js';
import { createSandboxActivities } from '../activities/create-sandbox-activities.js';
import type { TokenModel } from '../activities/ports/model.js';
import { activityPulse } from './activity-context.js';
import { runWorker } from './run-worker.js';

/** The `sandbox` queue: attempts and verification, each in single-use sandboxes from a warm pool. */
await runWorker('sandbox', async ({ config, logger }) => {
  const driver = await createSandboxDriver(config.sandboxDriver, { cacheDir: config.paths.cache, logger });
  logger.info({ driver: driver.name, engine: await driver.probe() }, 'sandbox driver');
  const swept = await driver.reap({ expiredAt: Date.now() });
  if (swept > 0) logger.warn({ swept }, 'removed sandboxes that an earlier worker left behind');
  const sandboxes = new SandboxPool(driver, {
    warm: config.warmSandboxes,
    onError: (error) => {
      logger.warn({ error: String(error) }, 'a sandbox could not be made ahead');
    },
  });
  const models = new Map<string, TokenModel>();
  const modelAt = (url: string): TokenModel => {
    const model = models.get(url) ?? new HttpTokenModel(url);
    models.set(url, model);
    return model;
  };
  const deps = {
    store: new FileStore(config.paths.store),
    ledgers: new FileLedgers(config.paths.ledgers),
    sandboxes,
    modelAt,
  };
  return {
    options: {
      taskQueue: config.engine.queues.sandbox,
      activities: createSandboxActivities(deps, activityPulse),
      maxConcurrentActivityTaskExecutions: config.sandboxSlots,
      identity: `${process.pid}@${config.hostname} ${driver.name}`,
    },
    close: () => sandboxes.close(),
  };
});
