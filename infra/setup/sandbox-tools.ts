import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { execa } from 'execa';

import { SandboxError } from '../../domain/errors.js';
import { aptInstall } from './apt-install.js';
import type { SandboxSetup } from './sandbox.js';

/** What set-up and the drivers call, and the Debian package that brings it. */
const tools = [
  { proof: 'gcc', package: 'gcc' },
  { proof: 'make', package: 'make' },
  // Headers of the C library: without them gcc is there and compiles nothing.
  { proof: '/usr/include/stdio.h', package: 'libc6-dev' },
  { proof: 'mmdebstrap', package: 'mmdebstrap' },
  { proof: 'bwrap', package: 'bubblewrap' },
] as const;

/** Installs what is missing where it may (root on Debian); otherwise says which packages are. */
export async function requireTools(context: SandboxSetup, docker: boolean): Promise<void> {
  const missing = tools.filter((tool) => !isThere(tool.proof)).map((tool) => tool.package);
  if (process.getuid?.() === 0 && isThere('apt-get')) {
    if (missing.length === 0) return;
    context.log(`sandbox: installing ${missing.join(', ')} with apt-get`);
    await aptInstall(context.cacheDir, missing);
    return;
  }
  const needed = missing.filter((name) => !(docker && name === 'bubblewrap'));
  if (needed.length === 0) return;
  throw new SandboxError(`The sandbox needs packages that are not installed: ${needed.join(', ')}`, {
    nextStep: `Install them as root (on Debian: apt-get install ${needed.join(' ')}), or run set-up once as root on Debian.`,
  });
}

function isThere(proof: string): boolean {
  if (proof.startsWith('/')) return existsSync(proof);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, proof)));
}

/** bubblewrap without root is nothing without user namespaces; some systems switch them off. */
export async function checkUserNamespaces(): Promise<void> {
  const tried = await execa('unshare', ['--user', '--map-root-user', 'true'], { reject: false });
  if (tried.exitCode === 0) return;
  const limit = await readFile('/proc/sys/user/max_user_namespaces', 'utf8').catch(() => 'unknown');
  throw new SandboxError(`This system does not allow user namespaces (limit ${limit.trim()}): ${tried.stderr}`, {
    nextStep:
      'Allow them (sysctl user.max_user_namespaces=10000; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), or start a Docker engine.',
  });
}
