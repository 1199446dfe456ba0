import { posix } from 'node:path';
import type { SandboxSource } from '../../activities/attempt/play-attempt.js';
import type { RunAction, RunResult, Sandbox, SandboxSpec } from '../../activities/ports/sandbox.js';
import { sortFiles, type WorkspaceFile } from '../../domain/task/workspace.js';

export function resultOf(change: Partial<RunResult> = {}): RunResult {
  const plain = {
    exitCode: 0,
    signal: null,
    timedOut: false,
    outOfMemory: false,
    truncated: false,
    stdout: '',
    stderr: '',
  };
  return { ...plain, durationMs: 1, ...change };
}

/** What an action does to the files, and how it ends. */
export type Play = (action: RunAction, box: FakeSandbox) => Partial<RunResult>;

/** A sandbox in memory: files are kept and read back; programs are the test's own. `cat` reads the kept files. */
export class FakeSandbox implements Sandbox {
  readonly files = new Map<string, WorkspaceFile>();
  readonly actions: RunAction[] = [];
  destroyed = false;

  constructor(
    readonly spec: SandboxSpec,
    private readonly play: Play = () => ({}),
  ) {}

  get id(): string {
    return this.spec.attemptId;
  }

  async run(action: RunAction): Promise<RunResult> {
    this.actions.push(action);
    const [program, , path = ''] = action.argv;
    if (program !== 'cat') return resultOf(this.play(action, this));
    const file = this.files.get(posix.resolve(action.cwd ?? '/', path));
    return file
      ? resultOf({ stdout: file.content })
      : resultOf({ exitCode: 1, stderr: `cat: ${path}: No such file or directory` });
  }

  async put(dir: string, files: readonly WorkspaceFile[]): Promise<void> {
    for (const file of files) this.files.set(posix.join(dir, file.path), file);
  }

  async snapshot(dir: string, _limits: { bytes: number; files: number }): Promise<WorkspaceFile[]> {
    const below = [...this.files].filter(([path]) => path.startsWith(`${dir}/`));
    return sortFiles(below.map(([path, file]) => ({ ...file, path: posix.relative(dir, path) })));
  }

  async wipe(dir: string): Promise<void> {
    for (const path of this.files.keys()) if (path.startsWith(`${dir}/`)) this.files.delete(path);
  }

  async destroy(): Promise<void> {
    this.destroyed = true;
  }
}

/** Gives a new box each time, and remembers all that it gave. */
export class FakeSandboxes implements SandboxSource {
  readonly given: FakeSandbox[] = [];

  constructor(private readonly play?: Play) {}

  async acquire(spec: SandboxSpec): Promise<Sandbox> {
    const box = new FakeSandbox(spec, this.play);
    this.given.push(box);
    return box;
  }
}
