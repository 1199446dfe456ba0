import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { logProgram } from './log-program.js';

export const logCount: Kind = {
  name: 'log-count',
  category: 'systems',
  operations: ['log.read', 'lines.match', 'lines.count', 'text.write'],
  wordings: [
    '{intro} How many {level} lines are in {file}? Write only the number to {out}.',
    'Please count the {level} lines of {file} and put just the count into {out}, for {reason}.',
    'For {reason} I want to know how often {level} shows up in {file}. Save the bare number as {out}.',
    'Leave nothing but a number in {out}: how many lines of {file} are {level} lines. {intro}',
    'Count the lines with {level} in {file}, number only, into {out}. I need it for {reason}.',
    'The log is in {file}. Tell me in {out}, as a plain number, how many {level} lines it has.',
  ],
  program: (random) =>
    logProgram(random, ({ log, file, level }) => {
      const out = `${random.pick([...outputs.count, level.toLowerCase()])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: log.filter((line) => line.level === level).length }],
        commands: [`grep -c ${level} ${file} > ${out}`],
      };
    }),
};
