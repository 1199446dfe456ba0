import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { buildAside } from '../build-aside.js';
import { type Part } from '../part.js';
import { pinsKey } from '../pins-key.js';
import { systemPython } from '../system-python.js';
import { inRepository, readInRepository } from '../repository.js';
import { runCommand } from '../run-command.js';

const LOCK = 'infra/setup/locks/uv.lock';

/** A small Python environment with uv, which installs the big one five times as fast as pip does. */
export const tools: Part = {
  name: 'tools',
  needs: [],
  purpose: 'Python environment with uv',
  key: () => pinsKey(readInRepository(LOCK)),
  present: ({ paths }) => Object.values(paths).every((path) => existsSync(path)),
  async prepare({ cacheDir, log }) {
    const python = await systemPython(cacheDir, log);
    const target = join(cacheDir, `tools-${tools.key()}`);
    await buildAside(target, 'bin/uv', async (aside) => {
      await runCommand(cacheDir, 'tools', {
        file: python.path,
        args: ['-m', 'venv', aside],
        failure: {
          message: 'A Python environment cannot be made',
          nextStep: "Install Python's venv module (Debian: apt-get install python3-venv), then run set-up again.",
        },
      });
      await runCommand(cacheDir, 'tools', {
        file: join(aside, 'bin/python'),
        args: ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '-r', inRepository(LOCK)],
        failure: {
          message: 'uv cannot be installed',
          nextStep: "Check the network and pip's configuration, then run set-up again.",
        },
      });
    });
    return {
      // `basePython` is the machine's own: environments made from it outlive this one.
      paths: { python: join(target, 'bin/python'), uv: join(target, 'bin/uv'), basePython: python.path },
      facts: { pythonVersion: python.version },
    };
  },
};
