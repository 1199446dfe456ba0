import { FileStore } from '../activities/adapters/store/file-store.js';
import { writeAtomically } from '../activities/adapters/store/atomic-file.js';
import type { Store } from '../activities/ports/store.js';
import type { TemporalConfig } from '../temporal.config.js';

/** The one file of the CLI that chooses adapters. What takes time to load is loaded when it is used. */
export function openStore(config: TemporalConfig): Store {
  return new FileStore(config.paths.store);
}

export { writeAtomically };

/** Names of the task kinds that there are. */
export async function knownTaskKinds(): Promise<readonly string[]> {
  return (await import('../activities/synthesize/procedural/generate-task.js')).taskKinds;
}

/** A line about the sandbox engine that would be used. Rejects with SandboxError that says the next step. */
export async function probeSandboxes(config: TemporalConfig): Promise<string> {
  const { createSandboxDriver } = await import('../activities/adapters/sandbox/sandbox-drivers.js');
  const driver = await createSandboxDriver(config.sandboxDriver, { cacheDir: config.paths.cache });
  return `${driver.name}: ${await driver.probe()}`;
}
