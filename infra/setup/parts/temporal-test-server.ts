import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { buildAside } from '../build-aside.js';
import { installPackages } from '../install-packages.js';
import { type Part } from '../part.js';
import { pinsKey } from '../pins-key.js';
import { readInRepository } from '../repository.js';

const LOCK = 'infra/setup/locks/temporal-test-server.lock';

/** The server that skips time, for tests only. */
export const temporalTestServer: Part = {
  name: 'temporal-test-server',
  needs: ['tools'],
  purpose: 'time-skipping Temporal server for tests',
  key: () => pinsKey(readInRepository(LOCK)),
  present: ({ paths }) => Object.values(paths).every((path) => existsSync(path)),
  async prepare(context) {
    const target = join(context.cacheDir, `temporal-test-server-${temporalTestServer.key()}`);
    await buildAside(target, 'bin/temporal-test-server', (folder) =>
      installPackages(context, { lock: LOCK, into: { folder }, part: 'temporal-test-server' }),
    );
    return { paths: { server: join(target, 'bin/temporal-test-server') }, facts: {} };
  },
};
