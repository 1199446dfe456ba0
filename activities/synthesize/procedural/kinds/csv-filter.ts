import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, tableProgram } from './table-program.js';

export const csvFilter: Kind = {
  name: 'csv-filter',
  category: 'office',
  operations: ['csv.read', 'rows.filter', 'csv.write'],
  wordings: [
    '{intro} Please copy the rows of {file} where {group} is "{value}" to {out}, with the header line and all columns.',
    'For {reason} I need a file {out} with the header and only those rows of {file} whose {group} is "{value}".',
    'Take {file}, keep just the rows with {group} "{value}", and save them with the header as {out}. {intro}',
    'I keep {about} in {file}. Make {out} out of it: same header, only the rows where {group} is "{value}".',
    'Write all rows with {group} "{value}" from {file} into {out}; keep the header and the columns as they are. It is for {reason}.',
    'Only {group} "{value}" matters for {reason}: filter {file} down to those rows, header included, and store the result as {out}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ table, file, group, value, matching }) => {
      const out = `${random.pick([...outputs.table, value])}.csv`;
      const rows = matching.map((row) => table.columns.map((column) => String(row[column])));
      return {
        facts: { out },
        expected: [{ form: 'table', path: out, header: table.columns, rows, ordered: false }],
        commands: [query(file, `select * from t where ${group}='${value}'`, out, '-csv -header')],
      };
    }),
};
