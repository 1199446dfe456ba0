import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { inRepository } from '../../infra/setup/repository.js';

export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs the real command line in a process of its own. */
export async function clawmill(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const { exitCode, stdout, stderr } = await execa('node', ['--import', tsx, inRepository('cli/main.ts'), ...args], {
    reject: false,
    env: { TEMPORAL_ADDRESS: undefined, ...env },
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}
