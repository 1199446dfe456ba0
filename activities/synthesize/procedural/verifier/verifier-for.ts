import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Verifier } from '../../../../domain/task/task.js';
import { textFile, type WorkspaceFile } from '../../../../domain/task/workspace.js';
import { editedText, workspaceAfter } from '../after.js';
import type { Expected } from '../program.js';

const source = (name: string): string => readFileSync(new URL(`./${name}.py`, import.meta.url), 'utf8');
const prelude = source('prelude');
const report = source('report');
const graders = Object.fromEntries(
  (['number', 'line', 'lines', 'table', 'edited', 'moved'] as const).map((form) => [form, source(form)]),
) as Record<Expected['form'], string>;

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

const digests = (files: readonly WorkspaceFile[]): Record<string, string> =>
  Object.fromEntries(files.map(({ path, content }) => [path, sha256(content)]));

/** A part with what its grader needs besides. */
function specified(part: Expected, files: readonly WorkspaceFile[]): object {
  const contentOf = (path: string): string => files.find((file) => file.path === path)?.content ?? '';
  if (part.form === 'moved') {
    return { ...part, moves: part.moves.map((move) => ({ ...move, sha256: sha256(contentOf(move.from)) })) };
  }
  if (part.form === 'edited') {
    const lines = editedText(textFile(part.path, contentOf(part.path)), part)
      .replace(/\n+$/, '')
      .split('\n');
    return { ...part, lines };
  }
  return part;
}

/**
 * One Python file (standard library only) with what is expected embedded. An untouched workspace fails every check; so do
 * an empty output, a copied input and the echoed instruction.
 */
export function verifierFor(files: readonly WorkspaceFile[], expected: readonly Expected[]): Verifier {
  const changed = new Set(
    expected.flatMap((part) =>
      part.form === 'moved' ? part.moves.map(({ from }) => from) : part.form === 'edited' ? [part.path] : [],
    ),
  );
  const spec = {
    parts: expected.map((part) => specified(part, files)),
    /** No output may equal one of these. */
    inputs: digests(files),
    kept: digests(files.filter(({ path }) => !changed.has(path))),
    files: workspaceAfter(files, expected)
      .map(({ path }) => path)
      .sort(),
  };
  const forms = [...new Set(expected.map(({ form }) => form))];
  // Safe inside a raw Python literal: compact JSON never has three double quotes in a row, nor ends with a backslash.
  const embedded = JSON.stringify(spec);
  const program = [prelude.replace('@SPEC@', () => embedded), ...forms.map((form) => graders[form]), report].join(
    '\n\n',
  );
  return {
    files: [textFile('check.py', program)],
    command: ['python3', '-I', '/verifier/check.py'],
    timeoutSeconds: 30,
  };
}
