import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { logProgram } from './log-program.js';

export const logService: Kind = {
  name: 'log-service',
  category: 'systems',
  operations: ['log.read', 'field.match', 'text.write'],
  wordings: [
    '{intro} Please copy all lines of the service {service} from {file}, unchanged and in order, to {out}.',
    'For {reason} I want only what service {service} wrote to {file}: whole lines, same order, in a file {out}.',
    'Pull the lines of service {service} out of {file} and save them in the same order as {out}. {intro}',
    'Look through {file} and put every line of the service {service} into {out}; do not change them.',
    'Make {out} from {file}: only the lines of service {service}, complete and in order. It is for {reason}.',
    'What did the service {service} log in {file}? Collect its lines, as they are and in order, in {out}.',
  ],
  program: (random) =>
    logProgram(random, ({ log, file, service }) => {
      const out = `${random.pick([...outputs.lines, service])}.txt`;
      const lines = log.filter((line) => line.service === service).map(({ text }) => text);
      return {
        facts: { out },
        expected: [{ form: 'lines', path: out, lines, ordered: true, squeeze: false }],
        commands: [`grep service=${service} ${file} > ${out}`],
      };
    }),
};
