import { readFileSync } from 'node:fs';

import { execa } from 'execa';

import { SandboxError } from '../../domain/errors.js';

/** This machine's Debian release by its code name: the sandbox is made from the same. */
export function debianSuite(): string {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // No such file: not Debian.
  }
  const suite = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1];
  if (suite !== undefined && /^ID="?debian"?$/m.test(release)) return suite;
  throw new SandboxError('The sandbox can be built from packages on Debian only', {
    nextStep: 'Run set-up on Debian (a privileged Debian container will do).',
  });
}

const FIELDS = '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';

/** apt's lines for the Debian archives that this machine is configured for, other vendors' archives left out. */
export async function debianMirrors(): Promise<string[]> {
  let lines = await configuredMirrors();
  // An archive's vendor is known from its lists only, and images of Debian come without any.
  if (lines.length === 0) {
    await execa('apt-get', ['update'], { reject: false });
    lines = await configuredMirrors();
  }
  if (lines.length > 0) return lines;
  throw new SandboxError('apt knows no Debian archive on this machine', {
    nextStep: 'Configure one in /etc/apt and run apt-get update.',
  });
}

async function configuredMirrors(): Promise<string[]> {
  const asked = await execa('apt-get', ['indextargets', '--format', FIELDS, 'Created-By: Packages'], { reject: false });
  const lines = asked.stdout.split('\n').flatMap((line) => {
    const [origin, uri, release, component] = line.split('|');
    return origin === 'Debian' && uri && release && component ? [`deb ${uri} ${release} ${component}`] : [];
  });
  return [...new Set(lines)];
}

/** How this machine must fetch from them: proxies, and mirrors whose lists are old on purpose. */
export async function fetchOptions(): Promise<string[]> {
  const { stdout } = await execa('apt-config', ['dump', 'Acquire']);
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date|Retries)\b.* ".+";$/.test(line));
}
