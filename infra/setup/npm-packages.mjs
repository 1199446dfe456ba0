/** Plain JavaScript because bootstrap.mjs needs it before any package is there; typed by npm-packages.d.mts. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

export function packagesMatchLock(repository) {
  // npm writes this file last, so it tells what is whole in node_modules.
  const installedLock = join(repository, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = packagesOf(installedLock);
  return Object.entries(packagesOf(join(repository, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other platforms are optional: npm leaves them out.
    if (found === undefined) return wanted.optional === true || wanted.peer === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}
