import { existsSync } from 'node:fs';

import { findPreparedSandbox } from '../../../activities/adapters/sandbox/prepared-sandbox.js';
import { type Part } from '../part.js';
import { pinsKey } from '../pins-key.js';
import { sandboxProgramsKey } from '../sandbox-programs.js';
import { sandboxRootKey } from '../sandbox-root.js';

/** Sandbox programs, root file system, and the image where a Docker engine answers. */
export const sandbox: Part = {
  name: 'sandbox',
  needs: [],
  purpose: 'sandbox programs and root file system',
  key: () => pinsKey(sandboxRootKey(), sandboxProgramsKey()),
  async present({ paths, facts }, cacheDir) {
    // Drivers read what was prepared last; another checkout may have prepared its own since.
    const prepared = findPreparedSandbox(cacheDir);
    if (prepared?.key !== facts.preparedKey || !Object.values(paths).every((path) => existsSync(path))) return false;
    // An engine that was started since wants its image.
    return prepared?.image !== undefined || !(await dockerAnswers());
  },
  async prepare({ cacheDir, log }) {
    const { prepareSandbox, sandboxKey } = await import('../sandbox.js');
    const { rootDir, toolServer, driver } = await prepareSandbox({ cacheDir, log: (line) => log(`set-up: ${line}`) });
    const paths = { toolServer, ...(rootDir === undefined ? {} : { root: rootDir }) };
    return { paths, facts: { driver, preparedKey: sandboxKey() } };
  },
};

/** Docker's client takes a quarter of a second to load: only where an engine may be. */
async function dockerAnswers(): Promise<boolean> {
  if (process.env.DOCKER_HOST === undefined && !existsSync('/var/run/docker.sock')) return false;
  const engine = await import('../../../activities/adapters/sandbox/docker/docker-engine.js');
  return engine.dockerAnswers();
}
