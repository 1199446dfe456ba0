import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ToolCall } from '../../../../domain/attempt/tool-call.js';
import type { Task } from '../../../../domain/task/task.js';

const run = promisify(execFile);

export interface Trial {
  task: Task;
  calls: readonly ToolCall[];
}

/** Plays calls in a task's workspace and runs its verifier there: the checks, one record a trial. */
export interface Workbench {
  grade(trials: readonly Trial[]): Promise<Record<string, number>[]>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs many verifiers in one interpreter, each in its own folder, for an interpreter's start costs more than a verifier. */
const gradeAll = `
import contextlib, io, json, os, sys
for folder in sys.argv[1:]:
    os.chdir(folder + "/workspace")
    printed = io.StringIO()
    with open(folder + "/verifier/check.py") as source, contextlib.redirect_stdout(printed):
        exec(compile(source.read(), "check.py", "exec"), {"__name__": "__main__"})
    print(printed.getvalue().strip().splitlines()[-1])
`;

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function play(workspace: string, call: ToolCall): Promise<void> {
  if (call.tool === 'write') await put(join(workspace, call.path), call.content);
  else if (call.tool === 'exec') await run('sh', ['-c', `cd ${quoted(workspace)} && ${call.command}`]);
}

/** Folders under the system's temporary folder, on this machine's own shell. */
export const folderWorkbench: Workbench = {
  async grade(trials) {
    const root = await mkdtemp(join(tmpdir(), 'clawmill-trials-'));
    try {
      const folders = await Promise.all(
        trials.map(async ({ task, calls }, index) => {
          const folder = join(root, String(index));
          for (const file of task.workspace) await put(join(folder, 'workspace', file.path), file.content);
          for (const file of task.verifier.files) await put(join(folder, 'verifier', file.path), file.content);
          for (const call of calls) await play(join(folder, 'workspace'), call);
          return folder;
        }),
      );
      const { stdout } = await run('python3', ['-I', '-c', gradeAll, ...folders], { maxBuffer: 2 ** 24 });
      return stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};
