import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { type ExecaError } from 'execa';

import { EngineError } from '../../domain/errors.js';

export interface Command {
  file: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** What failing means for the user, and what to do about it. */
  failure: { message: string; nextStep: string };
}

/** Runs a command of set-up, keeping its output in logs/NAME.log of the cache. Rejects with EngineError. */
export async function runCommand(cacheDir: string, name: string, command: Command): Promise<string> {
  const logs = join(cacheDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  // Loading it takes a quarter of a second: only where something is to be run.
  const { execa } = await import('execa');
  try {
    const { stdout } = await execa(command.file, command.args, {
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      env: { ...command.env },
      stdin: 'ignore',
      stdout: ['pipe', { file: log, append: true }],
      stderr: ['pipe', { file: log, append: true }],
    });
    return stdout;
  } catch (cause) {
    throw new EngineError(`${command.failure.message}: ${lastWords(cause)}`, {
      cause,
      retryable: true,
      nextStep: `${command.failure.nextStep} The whole output is in ${log}.`,
    });
  }
}

function lastWords(cause: unknown): string {
  const { stderr, shortMessage } = cause as ExecaError;
  const said = String(stderr).trim().split('\n').slice(-3).join(' | ');
  return said === '' ? shortMessage : said;
}
