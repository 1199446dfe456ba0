import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, ranked, tableProgram } from './table-program.js';

export const csvTop: Kind = {
  name: 'csv-top',
  category: 'analysis',
  operations: ['csv.read', 'rows.sort', 'rows.take', 'text.write'],
  wordings: [
    '{intro} Please list the top {n} rows of {file} by {measure}: only the {key}, one a line, highest first, in {out}.',
    'For {reason} I need the top {n} of {file} by {measure}. Write just each {key} to {out}, one a line, largest first.',
    'Which {n} are highest by {measure} in {file}? Put the {key} of each into {out}, a line each, highest first.',
    'I keep {about} in {file}. Save the {key} of the {n} that lead by {measure} as {out}, one a line, best first.',
    'Make {out} for {reason}: the {n} entries of {file} that rank highest by {measure}, best first, only the {key} on each line.',
    'Sort {file} by {measure}, highest first, and leave the {key} of the first {n} in {out}, one a line. {intro}',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, key, measure }) => {
      const n = random.int(2, 5);
      const out = `${random.pick([...outputs.name, key])}.txt`;
      const lines = ranked(table.rows, measure)
        .slice(0, n)
        .map((row) => String(row[key]));
      return {
        facts: { out, n: String(n) },
        expected: [{ form: 'lines', path: out, lines, ordered: true, squeeze: false }],
        commands: [query(file, `select ${key} from t order by ${measure}+0 desc limit ${n}`, out)],
      };
    }),
};
