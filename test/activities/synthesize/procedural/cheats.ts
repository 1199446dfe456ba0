import type { ToolCall } from '../../../../domain/attempt/tool-call.js';
import type { Task } from '../../../../domain/task/task.js';

/** Where the oracle writes, or moves to: what a cheat would aim at. */
function targets(task: Task): string[] {
  return task.oracle.flatMap((call) => {
    if (call.tool === 'write') return [call.path];
    const moved = call.tool === 'exec' ? /^mv \S+ (\S+)$/.exec(call.command)?.[1] : undefined;
    return moved === undefined ? [] : [moved];
  });
}

/** Attempts that fill every output without doing the work: empty, blank, echoed instruction, copied input, rubbish. */
export function cheatsFor(task: Task): ToolCall[][] {
  const contents = ['', '\n\n', `${task.instruction}\n`, '{}\n', '\u0000\u0001', `${'9'.repeat(5_000)}\n`];
  const fills = contents.map((content) => targets(task).map((path): ToolCall => ({ tool: 'write', path, content })));
  const copies = task.workspace.map((file) =>
    targets(task)
      .filter((path) => path !== file.path)
      .map((path): ToolCall => ({ tool: 'write', path, content: file.content })),
  );
  const links = targets(task).map((path): ToolCall[] => [{ tool: 'exec', command: `ln -sf /etc/passwd ${path} || true` }]);
  return [...fills, ...copies, ...links];
}
