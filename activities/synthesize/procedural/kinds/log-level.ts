import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { logProgram } from './log-program.js';

export const logLevel: Kind = {
  name: 'log-level',
  category: 'systems',
  operations: ['log.read', 'lines.match', 'text.write'],
  wordings: [
    '{intro} Please copy every {level} line of {file}, unchanged and in order, to {out}.',
    'For {reason} I want only the {level} lines from {file}, just as they are, in a file {out}.',
    'Something was wrong yesterday. Pull the {level} lines out of {file} and save them in the same order as {out}.',
    'Look through {file} and put all lines with {level} into {out}; do not change them. {intro}',
    'Make {out} with the {level} lines of {file}, whole lines, same order. It is for {reason}.',
    'Which {level} lines are in {file}? Collect them, complete and in order, in {out}.',
  ],
  program: (random) =>
    logProgram(random, ({ log, file, level }) => {
      const out = `${random.pick([...outputs.lines, level.toLowerCase()])}.txt`;
      const lines = log.filter((line) => line.level === level).map(({ text }) => text);
      return {
        facts: { out },
        expected: [{ form: 'lines', path: out, lines, ordered: true, squeeze: false }],
        commands: [`grep ${level} ${file} > ${out}`],
      };
    }),
};
