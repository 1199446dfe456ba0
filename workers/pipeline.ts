import { createPipelineActivities } from '../activities/create-pipeline-activities.js';
import { sourceCodeVersion } from '../activities/adapters/code-version.js';
import { FileStore } from '../activities/adapters/store/file-store.js';
import { taskKinds } from '../activities/synthesize/procedural/generate-task.js';
import { repository } from '../infra/setup/repository.js';
import { workflowBundle } from './workflow-bundle.js';
import { runWorker } from './run-worker.js';

/** The `pipeline` queue: workflows, and light activities on the store. */
await runWorker('pipeline', async ({ config, logger }) => {
  const store = new FileStore(config.paths.store);
  const activities = createPipelineActivities({ store, codeVersion: sourceCodeVersion(repository), taskKinds });
  const bundle = await workflowBundle(config.paths.cache, logger);
  return {
    options: {
      taskQueue: config.engine.queues.pipeline,
      workflowBundle: bundle,
      activities,
      maxConcurrentActivityTaskExecutions: 16,
    },
    close: () => Promise.resolve(),
  };
});
