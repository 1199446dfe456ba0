import type { Kind } from '../program.js';
import { settingsProgram } from './settings-program.js';

export const configSetTwo: Kind = {
  name: 'config-set-two',
  category: 'systems',
  operations: ['config.read', 'key.set', 'key.set', 'config.write'],
  wordings: [
    '{intro} Please set {key} to {value} and {other} to {another} in {file}; leave every other line as it is.',
    'In {file} the {key} should be {value} and the {other} {another} from now on. Change only those two lines, for {reason}.',
    'Change two settings in {file}, in place: {key} to {value}, {other} to {another}. Nothing else may change. {intro}',
    'For {reason} we need {key} at {value} and {other} at {another}. Edit these two lines of {file} and keep the rest.',
    'Two settings in {file} are out of date: make {key} {value} and make {other} {another}, without touching the others.',
    'Please edit {file} so that {key} is {value} and {other} is {another}. All other lines stay as they are.',
  ],
  program: (random) =>
    settingsProgram(random, { ending: 'env', separator: '=', count: 2 }, ({ file, chosen }) => ({
      facts: {
        key: chosen[0]?.key ?? '',
        value: chosen[0]?.value ?? '',
        other: chosen[1]?.key ?? '',
        another: chosen[1]?.value ?? '',
      },
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
