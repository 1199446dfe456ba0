import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { PreparedSandbox } from '../../activities/adapters/sandbox/prepared-sandbox.js';
import { buildAside } from './build-aside.js';
import { inRepository } from './repository.js';
import { runCommand } from './run-command.js';
import type { SandboxSetup } from './sandbox.js';

const sourceFolders = ['tool-server', 'launcher', 'seccomp'].map((name) => inRepository(`infra/sandbox/${name}`));

/** 12 hex digits over the sources, so that an edited tool server is compiled anew. */
export function sandboxProgramsKey(): string {
  const hash = createHash('sha256').update(process.arch);
  for (const folder of sourceFolders) {
    for (const name of readdirSync(folder).sort()) {
      if (/\.(c|h|txt)$|^Makefile$/.test(name))
        hash
          .update(name)
          .update('\0')
          .update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

type Programs = Pick<PreparedSandbox, 'toolServer' | 'launcher' | 'seccompProgram' | 'allowedSyscalls'>;

/** Compiles the tool server, bubblewrap's launcher and the seccomp program. */
export async function compileSandboxPrograms(context: SandboxSetup, folder: string): Promise<Programs> {
  const target = join(folder, 'programs', sandboxProgramsKey());
  await buildAside(target, 'seccomp.bpf', async (aside) => {
    context.log('sandbox: compiling the tool server');
    // The seccomp program last: it is the proof that all are there.
    for (const source of sourceFolders) await make(context.cacheDir, source, aside);
  });
  return {
    toolServer: join(target, 'tool-server'),
    launcher: join(target, 'sandbox-launch'),
    seccompProgram: join(target, 'seccomp.bpf'),
    allowedSyscalls: inRepository('infra/sandbox/seccomp/allowed-syscalls.txt'),
  };
}

async function make(cacheDir: string, source: string, out: string): Promise<void> {
  await runCommand(cacheDir, 'sandbox-programs', {
    file: 'make',
    args: ['-C', source, `-j${availableParallelism()}`, `OUT=${out}`],
    failure: {
      message: `Could not compile ${source}`,
      nextStep: 'Check that gcc, make and libc6-dev are whole (apt-get install --reinstall).',
    },
  });
}
