import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { FileLedgers } from '../activities/adapters/store/file-ledger.js';
import { FileStore } from '../activities/adapters/store/file-store.js';
import { WorkFolders } from '../activities/adapters/store/work-folders.js';
import { LocalModels } from '../activities/adapters/trainer/local-models.js';
import { probeDevice } from '../activities/adapters/trainer/probe-device.js';
import { PythonTrainer } from '../activities/adapters/trainer/python-trainer.js';
import { createGpuActivities } from '../activities/create-gpu-activities.js';
import { PolicyHost } from '../activities/policy/policy-host.js';
import { locateParts } from '../infra/setup/locate-parts.js';
import { repository } from '../infra/setup/repository.js';
import { activityPulse } from './activity-context.js';
import { runWorker } from './run-worker.js';

/**
 * The `gpu` queue: one job at a time on one device. Refuses to start without CUDA, unless the CPU is asked for by name
 * (`CLAWMILL_DEVICE=cpu`). It also polls a queue of its own, for updates that must meet the process that holds the weights.
 */
await runWorker('gpu', async ({ config, logger }) => {
  const { python } = locateParts(config.paths.cache);
  const { device, name } = await probeDevice(config.device, python);
  logger.info({ device, name }, 'device');
  const store = new FileStore(config.paths.store);
  const folders = new WorkFolders(config.paths.work);
  const models = new LocalModels(() => locateParts(config.paths.cache).modelDir, config.paths.cache);
  const trainer = new PythonTrainer({ python, projectDir: repository }, join(config.paths.work, 'policy'));
  const policies = new PolicyHost(trainer, device, config.policyHost, { store, folders, models });
  const hostQueue = `${config.engine.queues.gpu}-${config.hostname}-${randomUUID().slice(0, 8)}`;
  const ledgers = new FileLedgers(config.paths.ledgers);
  const deps = { store, folders, models, ledgers, trainer, policies, device, hostQueue };
  return {
    options: {
      taskQueue: config.engine.queues.gpu,
      activities: createGpuActivities(deps, activityPulse),
      maxConcurrentActivityTaskExecutions: 1,
      identity: `${process.pid}@${config.hostname} ${device} ${name}`,
    },
    alsoQueues: [hostQueue],
    close: () => policies.close(),
  };
});
