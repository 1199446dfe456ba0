import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { logProgram } from './log-program.js';

export const logServiceCount: Kind = {
  name: 'log-service-count',
  category: 'systems',
  operations: ['log.read', 'field.match', 'lines.count', 'text.write'],
  wordings: [
    '{intro} How many lines of {file} come from the service {service}? Write only the number to {out}.',
    'Please count the lines of service {service} in {file} and put just the count into {out}, for {reason}.',
    'For {reason} I want to know how often the service {service} wrote to {file}. Save the bare number as {out}.',
    'Leave nothing but a number in {out}: how many lines in {file} belong to service {service}. {intro}',
    'Count what the service {service} logged in {file}, number of lines only, into {out}.',
    'The log is in {file}. Tell me in {out}, as a plain number, how many lines the service {service} has there.',
  ],
  program: (random) =>
    logProgram(random, ({ log, file, service }) => {
      const out = `${random.pick([...outputs.count, service])}.txt`;
      return {
        facts: { out },
        expected: [{ form: 'number', path: out, value: log.filter((line) => line.service === service).length }],
        commands: [`grep -c service=${service} ${file} > ${out}`],
      };
    }),
};
