import { outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { settingsProgram } from './settings-program.js';

export const configGet: Kind = {
  name: 'config-get',
  category: 'systems',
  operations: ['config.read', 'key.get', 'text.write'],
  wordings: [
    '{intro} What is {key} set to in {file}? Write only the value to {out}.',
    'Please look up {key} in {file} and put just its value into {out}, for {reason}.',
    'For {reason} I need the current {key} from {file}. Save the bare value as {out}.',
    'Read the setting {key} in {file} and leave its value, nothing else, in {out}. {intro}',
    'Into {out}, please: the value that {file} has for {key}, without the name. It is for {reason}.',
    'Copy the value of {key} from {file} to {out}; only the value.',
  ],
  program: (random) =>
    settingsProgram(random, { ending: 'env', separator: '=', count: 3 }, ({ file, chosen }) => {
      const { key = '', before = '' } = chosen[0] ?? {};
      const out = `${random.pick([...outputs.value, key])}.txt`;
      const among = chosen.flatMap((setting) => [setting.before, setting.value]);
      return {
        facts: { key, out },
        expected: [{ form: 'line', path: out, text: before, among }],
        commands: [`grep '^${key}=' ${file} | cut -d= -f2 > ${out}`],
      };
    }),
};
