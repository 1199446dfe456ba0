import { folders } from '../file-names.js';
import type { Kind } from '../program.js';
import { folderProgram } from './folder-program.js';

export const filesMove: Kind = {
  name: 'files-move',
  category: 'office',
  operations: ['files.select', 'files.move'],
  wordings: [
    '{intro} Please move all .{ending} files from the folder {folder} to a folder {target}; leave the other files there.',
    'For {reason}: every .{ending} file in {folder} belongs in the folder {target}. Move them, nothing else.',
    'Tidy up {folder} a bit: the .{ending} files go to the folder {target}, the rest stays. {intro}',
    'Take the files in {folder} that end in .{ending} and move them to the folder {target}. It is for {reason}.',
    'The .{ending} files in {folder} are dealt with. Put them into the folder {target}, and only those.',
    'Please clear the .{ending} files out of {folder}; their new place is the folder {target}. Other files stay put.',
  ],
  program: (random) =>
    folderProgram(random, ({ folder, ending, names }) => {
      const target = random.pick(folders.leaving);
      const moves = names.map((name) => ({ from: `${folder}/${name}.${ending}`, to: `${target}/${name}.${ending}` }));
      return {
        facts: { target },
        expected: [{ form: 'moved', moves }],
        commands: [`mkdir -p ${target} && mv ${folder}/*.${ending} ${target}/`],
      };
    }),
};
