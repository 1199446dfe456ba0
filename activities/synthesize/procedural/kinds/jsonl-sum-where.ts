import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { tableProgram, totalOf } from './table-program.js';

export const jsonlSumWhere: Kind = {
  name: 'jsonl-sum-where',
  category: 'analysis',
  operations: ['jsonl.read', 'rows.filter', 'column.sum', 'text.write'],
  wordings: [
    '{intro} In {file}, one JSON object a line, add up {measure} where {group} is "{value}" and write only the number to {out}.',
    'For {reason} I need the total {measure} of the lines in {file} whose {group} is "{value}". Just the number, in {out}.',
    'Please sum {measure} for {group} "{value}" in {file} and put the bare number into {out}. It is for {reason}.',
    'Write one number to {out}: the sum of {measure} in {file}, counting only objects with {group} "{value}". {intro}',
    'What does {measure} add up to in {file} for {group} "{value}"? Save nothing but the number as {out}.',
    'I keep {about} in {file}. Only {group} "{value}" matters now: total its {measure}, number only, into {out}.',
  ],
  program: (random) =>
    tableProgram(random, 'jsonl', ({ file, measure, group, value, matching }) => {
      const out = `${random.pick([...outputs.sum, value])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: totalOf(matching, measure) }],
        commands: [`jq -s 'map(select(.${group}=="${value}") | .${measure}) | add' ${file} > ${out}`],
      };
    }),
};
