import { posix } from 'node:path';
import type { ToolCall } from '../../domain/attempt/tool-call.js';
import { SandboxError } from '../../domain/errors.js';
import { textFile, workspacePathSchema } from '../../domain/task/workspace.js';
import { WORKSPACE_DIR, WorkspaceTooLarge, type Sandbox } from '../ports/sandbox.js';
import { describeRun } from './observation.js';

export interface ToolLimits {
  actionMs: number;
  outputBytes: number;
}

/** Does one call in the sandbox and says what the agent sees of it. Rejects only for infrastructure (SandboxError). */
export async function useTool(sandbox: Sandbox, call: ToolCall, limits: ToolLimits): Promise<string> {
  switch (call.tool) {
    case 'exec':
      return describeRun(await runIn(sandbox, ['/bin/sh', '-c', call.command], limits));
    case 'read':
      return describeRun(await runIn(sandbox, ['cat', '--', call.path], limits));
    case 'list':
      return describeRun(await runIn(sandbox, ['ls', '-1Ap', '--', call.path], limits));
    case 'write':
      return writeFile(sandbox, call.path, call.content);
    case 'edit':
      return editFile(sandbox, call, limits);
    case 'finish':
      return '(finished)';
  }
}

function runIn(sandbox: Sandbox, argv: readonly string[], limits: ToolLimits): ReturnType<Sandbox['run']> {
  return sandbox.run({ argv, cwd: WORKSPACE_DIR, timeoutMs: limits.actionMs, outputLimit: limits.outputBytes });
}

async function writeFile(sandbox: Sandbox, path: string, content: string): Promise<string> {
  const inside = workspacePath(path);
  if (inside === undefined) return `[cannot write ${path}: only files below ${WORKSPACE_DIR} can be written]`;
  try {
    await sandbox.put(WORKSPACE_DIR, [textFile(inside, content)]);
    return '(ok)';
  } catch (error) {
    // A folder of that name, a link on the way, a full disk: what the agent made of its workspace is its own to see and to mend.
    const refused = error instanceof WorkspaceTooLarge || (error instanceof SandboxError && !error.retryable);
    if (!refused) throw error;
    return `[cannot write ${path}: ${error.message}]`;
  }
}

/** Reading is not cut short here: an edit of a file larger than the bound is refused rather than made on half of it. */
async function editFile(
  sandbox: Sandbox,
  call: Extract<ToolCall, { tool: 'edit' }>,
  limits: ToolLimits,
): Promise<string> {
  const found = await runIn(sandbox, ['cat', '--', call.path], { ...limits, outputBytes: 1_048_576 });
  if (found.exitCode !== 0) return describeRun(found);
  if (found.truncated) return '[file is larger than 1 MB: use exec to change it]';
  const places = call.old === '' ? 0 : found.stdout.split(call.old).length - 1;
  if (places !== 1) return `[the old text stands ${places} times in ${call.path}: it must stand there once]`;
  return writeFile(
    sandbox,
    call.path,
    found.stdout.replace(call.old, () => call.new),
  );
}

/** Relative to the workspace, or undefined where the path leads out of it. */
function workspacePath(path: string): string | undefined {
  const inside = posix.relative(WORKSPACE_DIR, posix.resolve(WORKSPACE_DIR, path));
  return workspacePathSchema.safeParse(inside).success ? inside : undefined;
}
