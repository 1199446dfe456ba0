import { TaskError } from '../../../domain/errors.js';
import { textFile, type WorkspaceFile } from '../../../domain/task/workspace.js';
import type { Expected } from './program.js';

/** The content of an edited file once every old line has become its new one. Throws TaskError when a line is not there. */
export function editedText(file: WorkspaceFile, { old, new: fresh }: { old: string[]; new: string[] }): string {
  const lines = file.content.split('\n');
  for (const line of old) if (!lines.includes(line)) throw new TaskError(`${file.path} has no line "${line}" to edit`);
  return lines.map((line) => fresh[old.indexOf(line)] ?? line).join('\n');
}

const csvCell = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The text of the file that a part asks for; undefined for the parts that change or move what was there. */
export function outputText(part: Expected): string | undefined {
  switch (part.form) {
    case 'number':
      return `${part.value}\n`;
    case 'line':
      return `${part.text}\n`;
    case 'lines':
      return part.lines.map((line) => `${line}\n`).join('');
    case 'table':
      return [part.header, ...part.rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
    case 'edited':
    case 'moved':
      return undefined;
  }
}

/** The workspace as the finished work leaves it. */
export function workspaceAfter(files: readonly WorkspaceFile[], expected: readonly Expected[]): WorkspaceFile[] {
  let after = [...files];
  for (const part of expected) {
    if (part.form === 'edited') {
      after = after.map((file) => (file.path === part.path ? { ...file, content: editedText(file, part) } : file));
    } else if (part.form === 'moved') {
      const target = new Map(part.moves.map(({ from, to }) => [from, to]));
      after = after.map((file) => ({ ...file, path: target.get(file.path) ?? file.path }));
    } else {
      after.push(textFile(part.path, outputText(part) ?? ''));
    }
  }
  return after;
}
