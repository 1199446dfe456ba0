import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, tableProgram } from './table-program.js';

export const csvNamesWhere: Kind = {
  name: 'csv-names-where',
  category: 'office',
  operations: ['csv.read', 'rows.filter', 'column.list', 'text.write'],
  wordings: [
    '{intro} Please list every {key} in {file} whose {group} is "{value}", one name a line, in {out}.',
    'For {reason} I need the names only: each {key} in {file} with {group} "{value}", one a line, saved as {out}.',
    'Which {key} entries of {file} have {group} "{value}"? Write the names to {out}, one a line.',
    'I keep {about} in {file}. Put the {key} of all rows with {group} "{value}" into {out}, a line each, nothing else.',
    'Make {out} out of {file}: one {key} a line, only where {group} is "{value}". {intro}',
    'Take the rows of {file} with {group} "{value}" and write just their {key} to {out}, one a line. It is for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ file, key, group, value, matching }) => {
      const out = `${random.pick([...outputs.names, value])}.txt`;
      const lines = matching.map((row) => String(row[key]));
      return {
        facts: { out },
        expected: [{ form: 'lines', path: out, lines, ordered: false, squeeze: false }],
        commands: [query(file, `select ${key} from t where ${group}='${value}'`, out)],
      };
    }),
};
