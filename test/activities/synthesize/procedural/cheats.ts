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

export interface Cheat {
  name: string;
  calls: ToolCall[];
}

/** Attempts that fill every output with something that looks like an answer, without doing the work. */
export function cheatsFor(task: Task): Cheat[] {
  const aims = targets(task);
  const fill = (content: string): ToolCall[] => aims.map((path) => ({ tool: 'write', path, content }));
  return [
    { name: 'empty output', calls: fill('') },
    { name: 'blank lines', calls: fill('\n\n') },
    { name: 'the instruction', calls: fill(`${task.instruction}\n`) },
    { name: 'an empty object', calls: fill('{}\n') },
    ...task.workspace.map((file) => ({
      name: `a copy of ${file.path}`,
      calls: aims
        .filter((path) => path !== file.path)
        .map((path): ToolCall => ({ tool: 'write', path, content: file.content })),
    })),
  ];
}

/** Outputs that a checker could stumble over, or be led astray by. */
export function trapsFor(task: Task): Cheat[] {
  const aims = targets(task);
  const fill = (content: string): ToolCall[] => aims.map((path) => ({ tool: 'write', path, content }));
  const make = (command: (path: string) => string): ToolCall[] =>
    aims.map((path) => ({
      tool: 'exec',
      command: `mkdir -p "$(dirname ${path})"; rm -rf ${path}; ${command(path)}`,
    }));
  return [
    { name: 'control characters', calls: fill('\u0000\u0001\u0085\u2028') },
    { name: 'a number of 5000 digits', calls: fill(`${'9'.repeat(5_000)}\n`) },
    { name: 'an open quote', calls: fill('"a,b\n') },
    { name: 'not UTF-8', calls: make((path) => `printf '\\377\\376' > ${path}`) },
    { name: 'two megabytes', calls: make((path) => `head -c 2000000 /dev/zero > ${path}`) },
    { name: 'a folder', calls: make((path) => `mkdir ${path}`) },
    { name: 'a pipe', calls: make((path) => `mkfifo ${path}`) },
    { name: 'a link out', calls: make((path) => `ln -s /etc/hostname ${path}`) },
    { name: 'a link to itself', calls: make((path) => `ln -s "$PWD/${path}" ${path}`) },
    {
      name: 'a folder that is a link',
      calls: aims.map((path) => ({
        tool: 'exec',
        command: `rm -rf ${path.split('/')[0] ?? ''}; ln -s /etc ${path.split('/')[0] ?? ''}`,
      })),
    },
  ];
}
