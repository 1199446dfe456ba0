import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { askCommand } from './ask-command.js';
import { withLock } from './lock.mjs';
import { runCommand } from './run-command.js';

/** Whether packages can be installed here: Debian's installer, and we are root. */
export async function canAptInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await askCommand('apt-get', ['--version'])) !== undefined;
}

/** Installs Debian packages. One caller at a time: apt-get waits for others when it installs, but not when it updates. */
export async function aptInstall(cacheDir: string, packages: readonly string[]): Promise<void> {
  const names = packages.join(' ');
  const apt = (...args: string[]): Promise<string> =>
    runCommand(cacheDir, 'apt', {
      file: 'apt-get',
      args: ['-o', 'DPkg::Lock::Timeout=300', ...args],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      failure: {
        message: `apt-get could not install ${names}`,
        nextStep: `Check /etc/apt and the network, or run apt-get install ${names} by hand; then set-up again.`,
      },
    });
  mkdirSync(cacheDir, { recursive: true });
  await withLock(join(cacheDir, 'apt.lock'), {}, async () => {
    const install = ['install', '-y', '--no-install-recommends', ...packages];
    // The lists may lack, or be so old that the mirror no longer has what they name.
    await apt(...install).catch(async () => {
      await apt('update');
      await apt(...install);
    });
  });
}
