import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { logProgram } from './log-program.js';

export const logPerService: Kind = {
  name: 'log-per-service',
  category: 'systems',
  operations: ['log.read', 'field.group', 'lines.count', 'text.write'],
  wordings: [
    '{intro} Please count the lines of each service in {file} and write a line "count service" for each to {out}.',
    'For {reason} I need the number of lines per service in {file}: one line each, first the count, then the service, in {out}.',
    'How many lines did every service write to {file}? Put count and service, one pair a line, into {out}.',
    'Look through {file} and save as {out} how often each service occurs; on each line the count, then the service. {intro}',
    'Make {out} with one line for each service in {file}: its number of lines, a blank, its name. It is for {reason}.',
    'Count {file} by service. In {out} each line should hold the count and the name of one service.',
  ],
  program: (random) =>
    logProgram(random, ({ log, file }) => {
      const out = `${random.pick(outputs.counts)}.txt`;
      const services = [...new Set(log.map(({ service }) => service))].sort();
      const lines = services.map((name) => `${log.filter(({ service }) => service === name).length} ${name}`);
      return {
        facts: { out },
        expected: [{ form: 'lines', path: out, lines, ordered: false, squeeze: true }],
        commands: [`grep -o 'service=[a-z]*' ${file} | cut -d= -f2 | sort | uniq -c > ${out}`],
      };
    }),
};
