import { ConfigError } from '../../domain/errors.js';
import { aptInstall, canAptInstall } from './apt-install.js';
import { askCommand } from './ask-command.js';

const OLDEST = [3, 11] as const;

export interface SystemPython {
  path: string;
  version: string;
}

/**
 * The first Python of this machine that is new enough and can make environments; $CLAWMILL_PYTHON goes first. On a
 * Debian machine where we are root, what lacks is installed. Throws ConfigError where there is none.
 */
export async function systemPython(cacheDir: string, log: (line: string) => void): Promise<SystemPython> {
  const found = await firstUsable();
  if (found !== undefined) return found;
  if (await canAptInstall()) {
    log('set-up: tools: installing python3-venv from Debian');
    await aptInstall(cacheDir, ['python3', 'python3-venv']);
    const installed = await firstUsable();
    if (installed !== undefined) return installed;
  }
  throw new ConfigError(`No Python ${OLDEST.join('.')} or newer with its venv module was found`, {
    nextStep:
      'Install one (Debian: apt-get install python3 python3-venv), or name it in CLAWMILL_PYTHON, then run set-up again.',
  });
}

async function firstUsable(): Promise<SystemPython | undefined> {
  const named = process.env.CLAWMILL_PYTHON;
  const candidates = named ? [named] : ['python3', 'python3.13', 'python3.12', 'python3.11'];
  for (const candidate of candidates) {
    const python = await ask(candidate);
    if (python !== undefined) return python;
  }
  return undefined;
}

async function ask(command: string): Promise<SystemPython | undefined> {
  const question = 'import sys, venv, ensurepip; print(sys.executable, "%d.%d.%d" % sys.version_info[:3])';
  const answer = await askCommand(command, ['-c', question]);
  if (answer === undefined) return undefined;
  const [path = '', version = ''] = answer.split(/ (?=[^ ]+$)/);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === OLDEST[0] && minor >= OLDEST[1] ? { path, version } : undefined;
}
