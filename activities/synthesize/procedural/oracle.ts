import type { ToolCall } from '../../../domain/attempt/tool-call.js';
import { TaskError } from '../../../domain/errors.js';
import type { WorkspaceFile } from '../../../domain/task/workspace.js';
import { editedText, outputText } from './after.js';
import type { Expected } from './program.js';

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

function callsFor(part: Expected, files: readonly WorkspaceFile[]): ToolCall[] {
  if (part.form === 'moved') {
    const folders = [...new Set(part.moves.map(({ to }) => folderOf(to)).filter((folder) => folder !== ''))];
    const moves = part.moves.map(({ from, to }) => `mv ${from} ${to}`);
    return [...folders.map((folder) => `mkdir -p ${folder}`), ...moves].map((command) => ({ tool: 'exec', command }));
  }
  if (part.form === 'edited') {
    const file = files.find(({ path }) => path === part.path);
    if (file === undefined) throw new TaskError(`the file to edit, ${part.path}, is not in the workspace`);
    return [{ tool: 'write', path: part.path, content: editedText(file, part) }];
  }
  return [{ tool: 'write', path: part.path, content: outputText(part) ?? '' }];
}

/** Tool calls that put the expected result in place without computing it: they share nothing with the teacher's commands. */
export function oracleFor(files: readonly WorkspaceFile[], expected: readonly Expected[]): ToolCall[] {
  return [...expected.flatMap((part) => callsFor(part, files)), { tool: 'finish', message: 'Done.' }];
}
