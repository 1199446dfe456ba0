import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { query, tableProgram, totalOf } from './table-program.js';

export const csvSumWhere: Kind = {
  name: 'csv-sum-where',
  category: 'analysis',
  operations: ['csv.read', 'rows.filter', 'column.sum', 'text.write'],
  wordings: [
    '{intro} In {file}, add up {measure} over the rows where {group} is "{value}" and write only the number to {out}.',
    'For {reason} I need the total {measure} of the rows in {file} whose {group} is "{value}". Just the number, in {out}.',
    'Please sum {measure} for {group} "{value}" in {file} and put the bare number into {out}. It is for {reason}.',
    'Write one number to {out}: the sum of {measure} in {file}, counting only rows with {group} "{value}". {intro}',
    'What does {measure} add up to in {file} for {group} "{value}"? Save nothing but the number as {out}.',
    'I keep {about} in {file}. Only rows with {group} "{value}" matter now: total their {measure}, number only, into {out}.',
  ],
  program: (random) =>
    tableProgram(random, 'csv', ({ file, measure, group, value, matching }) => {
      const out = `${random.pick([...outputs.sum, value])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: totalOf(matching, measure) }],
        commands: [query(file, `select sum(${measure}) from t where ${group}='${value}'`, out)],
      };
    }),
};
