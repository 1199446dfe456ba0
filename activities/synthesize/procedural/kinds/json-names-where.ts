import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { tableProgram } from './table-program.js';

export const jsonNamesWhere: Kind = {
  name: 'json-names-where',
  category: 'office',
  operations: ['json.read', 'rows.filter', 'column.list', 'text.write'],
  wordings: [
    '{intro} Please list the {key} of every entry in {file} whose {group} is "{value}", one a line without quotes, in {out}.',
    'For {reason} I need just the names: each {key} in {file} with {group} "{value}", one a line, no quotes, in {out}.',
    'Which entries of {file} have {group} "{value}"? Write their {key} to {out}, one a line and without quotes.',
    'I keep {about} in {file}. Put the {key} of everything with {group} "{value}" into {out}, a plain line each.',
    'Make {out} out of {file}: one {key} a line, unquoted, only where {group} is "{value}". {intro}',
    'Take the objects of {file} with {group} "{value}" and write just their {key} to {out}, one a line, unquoted.',
  ],
  program: (random) =>
    tableProgram(random, 'json', ({ file, key, group, value, matching }) => {
      const out = `${random.pick([...outputs.names, value])}.txt`;
      const lines = matching.map((row) => String(row[key]));
      return {
        facts: { out },
        expected: [{ form: 'lines', path: out, lines, ordered: false, squeeze: false }],
        commands: [`jq -r '.[] | select(.${group}=="${value}") | .${key}' ${file} > ${out}`],
      };
    }),
};
