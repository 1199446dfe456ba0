import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, tableProgram } from './table-program.js';

export const csvCountWhere: Kind = {
  name: 'csv-count-where',
  category: 'analysis',
  operations: ['csv.read', 'rows.filter', 'rows.count', 'text.write'],
  wordings: [
    '{intro} How many rows of {file} have {group} "{value}"? Write only the number to {out}.',
    'Please count the rows in {file} whose {group} is "{value}" and put just the count into {out}, for {reason}.',
    'For {reason} I want to know how often {group} is "{value}" in {file}. Save the bare number as {out}.',
    'I keep {about} in {file}. Count the entries with {group} "{value}"; leave nothing but the number in {out}.',
    'Put one number into {out}: how many rows in {file} have "{value}" as their {group}. {intro}',
    'Count the rows with {group} "{value}" in {file}, number only, into {out}. I need it for {reason}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ file, group, value, matching }) => {
      const out = `${random.pick([...outputs.count, value])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: matching.length }],
        commands: [query(file, `select count(*) from t where ${group}='${value}'`, out)],
      };
    }),
};
