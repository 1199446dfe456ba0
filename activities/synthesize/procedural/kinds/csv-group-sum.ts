import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, tableProgram, totalOf } from './table-program.js';

export const csvGroupSum: Kind = {
  name: 'csv-group-sum',
  category: 'analysis',
  operations: ['csv.read', 'rows.group', 'column.sum', 'csv.write'],
  wordings: [
    '{intro} Please total {measure} for each {group} in {file} and save a CSV with the columns {group},total as {out}.',
    'For {reason} I need the sum of {measure} by {group} from {file}: a file {out} with the header {group},total.',
    'Add up {measure} per {group} in {file}. Write the result to {out}, header {group},total, one row a {group}.',
    'I keep {about} in {file}. Make {out} with the columns {group},total: the sum of {measure} for each {group}.',
    'What does {measure} come to for each {group} in {file}? Answer as CSV in {out} with the header {group},total.',
    'Group {file} by {group}, sum {measure}, and store it as {out} with the two columns {group},total. It is for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, measure, group }) => {
      const out = `${random.pick([...outputs.totals, group])}.csv`;
      const values = [...new Set(table.rows.map((row) => String(row[group])))].sort();
      const rows = values.map((value) => [
        value,
        String(
          totalOf(
            table.rows.filter((row) => row[group] === value),
            measure,
          ),
        ),
      ]);
      return {
        facts: { out },
        expected: [{ form: 'table', path: out, header: [group, 'total'], rows, ordered: false }],
        commands: [
          query(file, `select ${group}, sum(${measure}) as total from t group by ${group}`, out, '-csv -header'),
        ],
      };
    }),
};
