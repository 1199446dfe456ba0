import { folders, outputs } from '../file-names.js';
import type { Kind } from '../program.js';
import { logProgram } from './log-program.js';

export const logArchive: Kind = {
  name: 'log-archive',
  category: 'systems',
  operations: ['log.read', 'lines.match', 'text.write', 'files.move'],
  wordings: [
    '{intro} Please copy the {level} lines of {file} to {out}, in order, and then move the log into the folder {folder}.',
    'For {reason}: save the {level} lines from {file} as {out}, unchanged, and after that move {file} into {folder}.',
    'Pull all {level} lines out of {file} into {out}. When that is done, the log belongs in the folder {folder}. {intro}',
    'Put the {level} lines of {file} into {out}, same order, then tidy up: move the log file to {folder}.',
    'First collect every {level} line of {file} in {out}; second, move {file} to the folder {folder}. It is for {reason}.',
    'The log {file} goes to the folder {folder}, but before that keep its {level} lines, as they are, in {out}.',
  ],
  program: (random) =>
    logProgram(random, ({ log, file, level }) => {
      const folder = random.pick(folders.leaving);
      const out = `${random.pick([...outputs.lines, level.toLowerCase()])}.txt`;
      const lines = log.filter((line) => line.level === level).map(({ text }) => text);
      return {
        facts: { out, folder },
        expected: [
          { form: 'lines', path: out, lines, ordered: true, squeeze: false },
          { form: 'moved', moves: [{ from: file, to: `${folder}/${file.split('/').at(-1) ?? ''}` }] },
        ],
        commands: [`grep ${level} ${file} > ${out}`, `mkdir -p ${folder} && mv ${file} ${folder}/`],
      };
    }),
};
