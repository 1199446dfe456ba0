import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, ranked, tableProgram } from './table-program.js';

export const csvMax: Kind = {
  name: 'csv-max',
  category: 'analysis',
  operations: ['csv.read', 'column.max', 'text.write'],
  wordings: [
    '{intro} Which {key} in {file} is highest by {measure}? Write only its name to {out}.',
    'Please find the {key} that leads the {measure} column of {file} and put just the name into {out}, for {reason}.',
    'For {reason} I need the name of the {key} on top in {measure} in {file}. Save only the name as {out}.',
    'I keep {about} in {file}. Leave the name of the {key} that is highest in {measure}, nothing else, in {out}.',
    'Into {out} goes one word: the {key} in {file} that is on top by {measure}. {intro}',
    'What {key} leads {file} by {measure}? Just the name in {out}, please. It is for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, key, measure }) => {
      const out = `${random.pick([...outputs.name, key])}.txt`;
      const among = table.rows.map((row) => String(row[key]));
      const text = String(ranked(table.rows, measure)[0]?.[key]);
      return {
        facts: { out },
        expected: [{ form: 'line', path: out, text, among }],
        commands: [query(file, `select ${key} from t order by ${measure}+0 desc limit 1`, out)],
      };
    }),
};
