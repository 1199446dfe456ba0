import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, tableProgram, totalOf } from './table-program.js';

export const csvSum: Kind = {
  name: 'csv-sum',
  category: 'analysis',
  operations: ['csv.read', 'column.sum', 'text.write'],
  wordings: [
    '{intro} Please add up the {measure} column of {file} and write only the number to {out}.',
    'What is the total {measure} in {file}? Put just the number into {out}, it is for {reason}.',
    'I keep {about} in {file}. For {reason} I need the sum of {measure} over all rows; leave the bare number in {out}.',
    'For {reason}: total up {measure} in {file} and save nothing but that number as {out}.',
    'Make a file {out} that holds a single number, the sum of the {measure} column in {file}. {intro}',
    '{intro} What does {measure} come to altogether in {file}? Only the number, in {out}, please.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, measure }) => {
      const out = `${random.pick([...outputs.sum, measure])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: totalOf(table.rows, measure) }],
        commands: [query(file, `select sum(${measure}) from t`, out)],
      };
    }),
};
