import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { z } from 'zod';

import { buildAside } from './build-aside.js';
import { debianMirrors, debianSuite, fetchOptions } from './sandbox-mirrors.js';
import { runCommand } from './run-command.js';
import type { SandboxSetup } from './sandbox.js';

/** The same set as in infra/sandbox/Dockerfile. */
export const sandboxPackages = [
  'python3-minimal',
  'python3',
  'git',
  'jq',
  'sqlite3',
  'ripgrep',
  'patch',
  'procps',
  'ca-certificates',
] as const;

/** Nothing in the root is younger: 2026-01-01. */
const SOURCE_DATE_EPOCH = '1767225600';

/** Documentation that no program reads; a third of the files. */
const withoutDocumentation = ['man', 'info', 'doc', 'locale', 'lintian', 'doc-base'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

/**
 * Mount points of both drivers; and what differs from build to build, or tells of this machine, goes. Not /tmp: there mmdebstrap
 * keeps the apt settings it still needs, and without them its last clean-up would work on this machine's own apt.
 */
const customize = [
  'mkdir -p "$1/workspace" "$1/verifier" "$1/home/agent"',
  'find "$1/var/cache" "$1/var/log" "$1/etc/apt/sources.list.d" -type f -delete',
  'rm -f "$1/etc/apt/sources.list" "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"',
  'rm -f "$1/etc/hostname" "$1/etc/resolv.conf" "$1/etc/machine-id" "$1/var/lib/dbus/machine-id"',
];

const manifestSchema = z.object({
  sha256: z.string(),
  suite: z.string(),
  /** `name=version`, sorted. */
  packages: z.array(z.string()),
});

export interface SandboxRoot {
  rootDir: string;
  tarball: string;
  /** Of the tarball: two builds from the same packages have the same. */
  sha256: string;
}

/** 12 hex digits over the recipe. The packages' versions are in the manifest: an older root goes on being good. */
export function sandboxRootKey(): string {
  const recipe = [process.arch, debianSuite(), SOURCE_DATE_EPOCH, sandboxPackages, withoutDocumentation, customize];
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
}

export async function buildSandboxRoot(context: SandboxSetup, folder: string): Promise<SandboxRoot> {
  const target = join(folder, 'roots', sandboxRootKey());
  await buildAside(target, 'manifest.json', async (aside) => {
    context.log('sandbox: building the root file system from Debian packages (1 to 3 minutes)');
    await mkdir(join(aside, 'root'), { recursive: true });
    await bootstrap(context.cacheDir, join(aside, 'root.tar'));
    context.log('sandbox: unpacking the root file system');
    await unpack(context.cacheDir, aside);
    await writeFile(join(aside, 'manifest.json'), `${JSON.stringify(await describe(aside), null, 2)}\n`);
  });
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')));
  return { rootDir: join(target, 'root'), tarball: join(target, 'root.tar'), sha256: manifest.sha256 };
}

async function bootstrap(cacheDir: string, tarball: string): Promise<void> {
  await runCommand(cacheDir, 'sandbox-root', {
    file: 'mmdebstrap',
    args: [
      `--mode=${process.getuid?.() === 0 ? 'root' : 'unshare'}`,
      '--variant=essential',
      `--include=${sandboxPackages.join(',')}`,
      ...withoutDocumentation,
      ...(await fetchOptions()).map((option) => `--aptopt=${option}`),
      ...customize.map((hook) => `--customize-hook=${hook}`),
      debianSuite(),
      tarball,
      ...(await debianMirrors()),
    ],
    env: { SOURCE_DATE_EPOCH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    failure: {
      message: 'Could not build the root file system of the sandbox',
      nextStep: 'Check that apt-get update works on this machine; then run set-up again.',
    },
  });
}

/** Devices stay out: each sandbox brings its own /dev, and only root could make them. */
async function unpack(cacheDir: string, aside: string): Promise<void> {
  const owner = process.getuid?.() === 0 ? '--same-owner' : '--no-same-owner';
  await runCommand(cacheDir, 'sandbox-root', {
    file: 'tar',
    args: ['-xf', join(aside, 'root.tar'), '-C', join(aside, 'root'), '--exclude=./dev/*', owner, '--numeric-owner'],
    failure: {
      message: 'Could not unpack the root file system',
      nextStep: 'Check that there is room for 300 MB in the cache folder.',
    },
  });
}

async function describe(aside: string): Promise<z.infer<typeof manifestSchema>> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(aside, 'root.tar')), hash);
  const status = await readFile(join(aside, 'root/var/lib/dpkg/status'), 'utf8');
  const packages = [...status.matchAll(/^Package: (.*)\n(?:.+\n)*?Version: (.*)$/gm)].map(
    ([, name, version]) => `${name ?? ''}=${version ?? ''}`,
  );
  return { sha256: hash.digest('hex'), suite: debianSuite(), packages: packages.sort() };
}
