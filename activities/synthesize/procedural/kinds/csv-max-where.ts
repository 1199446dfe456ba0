import type { Kind } from '../program.js';
import { query, ranked, tableProgram } from './table-program.js';

export const csvMaxWhere: Kind = {
  name: 'csv-max-where',
  category: 'analysis',
  operations: ['csv.read', 'rows.filter', 'column.max', 'text.write'],
  wordings: [
    '{intro} Of the rows in {file} with {group} "{value}", which {key} has the highest {measure}? Write only its name to {out}.',
    'For {reason}: among the entries of {file} where {group} is "{value}", find the {key} with the most {measure}. Just the name, in {out}.',
    'Please look only at {group} "{value}" in {file} and put the name of the {key} with the highest {measure} into {out}.',
    'Into {out} goes one word: the {key} with the largest {measure} in {file} among rows whose {group} is "{value}". {intro}',
    'I keep {about} in {file}. Which {key} leads by {measure} when {group} is "{value}"? Only the name, in {out}.',
    'Save as {out} just the name of the {key} that has the highest {measure} in {file} where {group} is "{value}", for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, key, measure, group, value, matching }) => {
      const out = random.pick(['best.txt', 'top.txt', `${key}.txt`]);
      const among = table.rows.map((row) => String(row[key]));
      const text = String(ranked(matching, measure)[0]?.[key]);
      const sql = `select ${key} from t where ${group}='${value}' order by ${measure}+0 desc limit 1`;
      return {
        facts: { out },
        expected: [{ form: 'line', path: out, text, among }],
        commands: [query(file, sql, out)],
      };
    }),
};
