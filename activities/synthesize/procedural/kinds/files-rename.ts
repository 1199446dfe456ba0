import type { Kind } from '../program.js';
import { folderProgram } from './folder-program.js';

export const filesRename: Kind = {
  name: 'files-rename',
  category: 'office',
  operations: ['files.select', 'files.rename'],
  wordings: [
    '{intro} Please rename all .{ending} files in the folder {folder} so that they end in .{fresh} instead.',
    'For {reason} the .{ending} files in {folder} should be .{fresh} files: same names, new ending, contents as they are.',
    'In {folder}, give every file that ends in .{ending} the ending .{fresh}. Leave the other files alone. {intro}',
    'Change the ending of each .{ending} file in {folder} to .{fresh}; only the names change. It is for {reason}.',
    'The files in {folder} that end in .{ending} have the wrong ending. Make it .{fresh} and keep the rest of the name.',
    'Please turn the .{ending} endings in {folder} into .{fresh}. Do not touch what is in the files.',
  ],
  program: (random) =>
    folderProgram(random, ({ folder, ending, free, names }) => ({
      facts: { fresh: free },
      expected: [
        {
          form: 'moved',
          moves: names.map((name) => ({ from: `${folder}/${name}.${ending}`, to: `${folder}/${name}.${free}` })),
        },
      ],
      commands: [`for f in ${folder}/*.${ending}; do mv $f \${f%.${ending}}.${free}; done`],
    })),
};
