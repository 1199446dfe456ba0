import type { Kind } from '../program.js';
import { settingsProgram } from './settings-program.js';

export const configSet: Kind = {
  name: 'config-set',
  category: 'systems',
  operations: ['config.read', 'key.set', 'config.write'],
  wordings: [
    '{intro} Please set {key} to {value} in {file} and leave every other line as it is.',
    'In {file} the {key} should be {value} from now on. Change only that line, for {reason}.',
    'Change {key} to {value} in {file}, in place; nothing else in the file may change. {intro}',
    'For {reason} we need {key} at {value}. Edit that one line of {file} and keep the rest.',
    'The setting {key} in {file} is out of date: make it {value}, without touching the other settings.',
    'Please edit {file} so that {key} is {value}. All other lines stay as they are. It is for {reason}.',
  ],
  program: (random) =>
    settingsProgram(random, { ending: 'env', separator: '=', count: 1 }, ({ file, chosen }) => ({
      facts: { key: chosen[0]?.key ?? '', value: chosen[0]?.value ?? '' },
      expected: [
        {
          form: 'edited',
          path: file,
          old: chosen.map(({ key, before }) => `${key}=${before}`),
          new: chosen.map(({ key, value }) => `${key}=${value}`),
        },
      ],
      commands: chosen.map(({ key, value }) => `sed -i 's/^${key}=.*/${key}=${value}/' ${file}`),
    })),
};
