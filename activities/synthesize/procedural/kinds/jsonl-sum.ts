import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { tableProgram, totalOf } from './table-program.js';

export const jsonlSum: Kind = {
  name: 'jsonl-sum',
  category: 'analysis',
  operations: ['jsonl.read', 'column.sum', 'text.write'],
  wordings: [
    '{intro} Each line of {file} is a JSON object. Add up {measure} over all of them and write only the number to {out}.',
    'What is the total {measure} over all lines of {file}? Put just the number into {out}, it is for {reason}.',
    'I keep {about} in {file}, one JSON object a line. Leave the sum of {measure} as a bare number in {out}.',
    'For {reason}: total up {measure} in {file} and save nothing but that number as {out}.',
    'Make a file {out} that holds one number, the sum of {measure} over the objects in {file}. {intro}',
    'What is {measure} over all lines of {file} together? Only the number, in {out}, please.',
  ],
  program: (random) =>
    tableProgram(random, 'jsonl', ({ table, file, measure }) => {
      const out = `${random.pick([...outputs.sum, measure])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: totalOf(table.rows, measure) }],
        commands: [`jq -s 'map(.${measure}) | add' ${file} > ${out}`],
      };
    }),
};
