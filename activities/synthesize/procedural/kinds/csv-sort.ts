import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { cellsOf } from '../table.js';
import { query, ranked, tableProgram } from './table-program.js';

export const csvSort: Kind = {
  name: 'csv-sort',
  category: 'office',
  operations: ['csv.read', 'rows.sort', 'csv.write'],
  wordings: [
    '{intro} Please sort {file} by {measure}, highest first, and save it with the header as {out}.',
    'For {reason} I want {file} in order of {measure}, largest on top, all columns and the header, in {out}.',
    'Write the rows of {file} to {out}, header first, then from the highest {measure} to the lowest. {intro}',
    'I keep {about} in {file}. Make a copy {out} that is sorted by {measure}, highest first, header included.',
    'Sort all rows in {file} by their {measure}, from high to low; the result, with header, goes to {out}.',
    'Order {file} by {measure} with the biggest number first and store everything, header too, as {out}. It is for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, measure }) => {
      const out = `${random.pick([...outputs.sorted, measure])}.csv`;
      const rows = cellsOf({ columns: table.columns, rows: ranked(table.rows, measure) });
      return {
        facts: { out },
        expected: [{ form: 'table', path: out, header: table.columns, rows, ordered: true }],
        commands: [query(file, `select * from t order by ${measure}+0 desc`, out, '-csv -header')],
      };
    }),
};
