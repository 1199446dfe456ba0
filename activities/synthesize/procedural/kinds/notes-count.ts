import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { notesProgram } from './notes-program.js';

export const notesCount: Kind = {
  name: 'notes-count',
  category: 'planning',
  operations: ['notes.read', 'lines.match', 'lines.count', 'text.write'],
  wordings: [
    '{intro} How many {mark} lines are there in {folder}/*.md altogether? Write only the number to {out}.',
    'Please count the {mark} lines in all of {folder}/*.md and put just the total into {out}, for {reason}.',
    'For {reason} I want to know how many lines in {folder}/*.md say {mark}. Save the bare number as {out}.',
    'My notes are in {folder}/*.md. Leave in {out} nothing but the number of {mark} lines in all of them.',
    'Count every {mark} line in {folder}/*.md, one total for all files, number only, into {out}. {intro}',
    'Tell me in {out}, as a plain number, how many lines of {folder}/*.md are marked {mark}.',
  ],
  program: (random) =>
    notesProgram(random, ({ folder, mark, marked }) => {
      const out = `${random.pick([...outputs.count, mark.toLowerCase()])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: marked.length }],
        commands: [`cat ${folder}/*.md | grep -c ${mark} > ${out}`],
      };
    }),
};
