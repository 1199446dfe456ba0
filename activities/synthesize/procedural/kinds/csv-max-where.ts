import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, ranked, tableProgram } from './table-program.js';

export const csvMaxWhere: Kind = {
  name: 'csv-max-where',
  category: 'analysis',
  operations: ['csv.read', 'rows.filter', 'column.max', 'text.write'],
  wordings: [
    '{intro} Of the rows in {file} with {group} "{value}", which {key} is highest by {measure}? Write only its name to {out}.',
    'For {reason}: among the entries of {file} where {group} is "{value}", find the {key} that leads by {measure}. Just the name, in {out}.',
    'Please look only at {group} "{value}" in {file} and put the name of the {key} that is highest by {measure} into {out}.',
    'Into {out} goes one word: the {key} highest in {measure} in {file} among rows whose {group} is "{value}". {intro}',
    'I keep {about} in {file}. Which {key} leads by {measure} when {group} is "{value}"? Only the name, in {out}.',
    'Save as {out} just the name of the {key} leading in {measure} in {file} where {group} is "{value}", for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, key, measure, group, value, matching }) => {
      const out = `${random.pick([...outputs.name, key])}.txt`;
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
