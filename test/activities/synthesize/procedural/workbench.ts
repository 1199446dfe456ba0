import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPreparedSandbox } from '../../../../activities/adapters/sandbox/prepared-sandbox.js';
import type { ToolCall } from '../../../../domain/attempt/tool-call.js';
import type { Task } from '../../../../domain/task/task.js';
import { cacheDir } from '../../../../infra/setup/cache-dir.js';

export interface Trial {
  task: Task;
  calls: readonly ToolCall[];
}

const player = fileURLToPath(new URL('./play_and_grade.py', import.meta.url));

/** The root of the sandboxes, where set-up has made one and bubblewrap may run here. */
const root = ((): string | undefined => {
  const rootDir = findPreparedSandbox(cacheDir())?.rootDir;
  return rootDir !== undefined && spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0
    ? rootDir
    : undefined;
})();

/** What to put before a command to run it with the sandbox's own tools, `folder` writable; nothing where there is no root. */
function entering(folder: string): string[] {
  if (root === undefined) return [];
  const links = ['bin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]);
  const files = ['--ro-bind', `${root}/usr`, '/usr', '--ro-bind', `${root}/etc`, '/etc', '--ro-bind', player, player];
  const rest = ['--dev', '/dev', '--proc', '/proc', '--bind', folder, folder, '--unshare-net', '--die-with-parent'];
  return ['bwrap', ...files, ...links, ...rest];
}

/** Plays each trial's calls in its task's workspace and runs its verifier there: the checks, in the order of the trials. */
export function grade(trials: readonly Trial[]): Record<string, number>[] {
  const folder = mkdtempSync(join(tmpdir(), 'clawmill-trials-'));
  const input = trials.map(({ task, calls }) => ({
    workspace: Object.fromEntries(task.workspace.map((file) => [file.path, file.content])),
    verifier: task.verifier.files[0]?.content,
    calls,
  }));
  const [program, ...parameters] = [...entering(folder), 'python3', player, folder];
  try {
    const printed = execFileSync(program, parameters, { input: JSON.stringify(input), maxBuffer: 2 ** 26 });
    return printed
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
