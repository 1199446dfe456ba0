import { existsSync } from 'node:fs';

import { type Part } from '../part.js';
import { pinsKey } from '../pins-key.js';

/** The sandbox engine with its root or image. What it is made from, and whether it is whole, is sandbox.ts's matter. */
export const sandbox: Part = {
  name: 'sandbox',
  needs: [],
  purpose: 'sandbox engine and root',
  key: () => pinsKey('sandbox'),
  present: ({ paths }) => Object.values(paths).every((path) => existsSync(path)),
  async prepare({ cacheDir, log }) {
    const { prepareSandbox } = await import('../sandbox.js');
    await prepareSandbox({ cacheDir, log });
    return { paths: {}, facts: {} };
  },
};
