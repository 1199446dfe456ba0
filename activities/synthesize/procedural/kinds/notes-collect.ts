import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { notesProgram } from './notes-program.js';

export const notesCollect: Kind = {
  name: 'notes-collect',
  category: 'planning',
  operations: ['notes.read', 'lines.match', 'text.write'],
  wordings: [
    '{intro} Please collect all {mark} lines from the notes in {folder}/*.md, unchanged, in one file {out}.',
    'For {reason} I want every line with {mark} in {folder}/*.md in a single file {out}, just the lines as they are.',
    'My notes are in {folder}/*.md. Put each {mark} line from any of them into {out}, without the file names.',
    'Go through {folder}/*.md and gather the {mark} lines in {out}; do not change them. {intro}',
    'Make {out}: all the {mark} lines that stand in {folder}/*.md, whole lines and nothing else. It is for {reason}.',
    'What is marked {mark} in {folder}/*.md? Write those lines, as they stand, to {out}.',
  ],
  program: (random) =>
    notesProgram(random, ({ folder, mark, marked }) => {
      const out = `${random.pick([...outputs.names, mark.toLowerCase()])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'lines', path: out, lines: marked, ordered: false, squeeze: false }],
        commands: [`grep -h ${mark} ${folder}/*.md > ${out}`],
      };
    }),
};
