import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { personas } from '../personas/index.js';
import { folders, outputs } from '../file-names.js';
import type { Kind } from '../program.js';

const parts = ['april', 'august', 'july', 'june', 'march', 'may'];

export const textJoin: Kind = {
  name: 'text-join',
  category: 'content',
  operations: ['files.select', 'text.join', 'text.write'],
  wordings: [
    '{intro} Please join the files {folder}/*.txt, in order of their names, into one file {out}.',
    'For {reason} I need one file {out} with the text of all {folder}/*.txt one after the other, sorted by file name.',
    'Put the contents of {folder}/*.txt together, by name order, and save the whole as {out}. {intro}',
    'There is one text a month in {folder}/*.txt. Combine them in alphabetical order of the names in {out}.',
    'Make {out} out of {folder}/*.txt: all texts, unchanged, in the order of the file names. It is for {reason}.',
    'I would rather have a single file. Append {folder}/*.txt to each other, ordered by name, in {out}.',
  ],
  program: (random) => {
    const persona = random.pick(personas);
    const folder = random.pick(folders.parts);
    const out = `${random.pick(outputs.joined)}.txt`;
    const lines = random.shuffle([...persona.chores, ...persona.events]);
    const texts = random
      .sample(parts, random.int(2, 3))
      .sort()
      .map((name) => ({ path: `${folder}/${name}.txt`, lines: [`${name}:`, ...lines.splice(0, random.int(2, 4))] }));
    return {
      persona,
      files: [
        ...texts.map((text) => textFile(text.path, text.lines.map((line) => `${line}\n`).join(''))),
        ...distractors(random, persona).slice(0, 1),
      ],
      facts: { intro: persona.intro, reason: random.pick(persona.reasons), folder, out },
      expected: [
        { form: 'lines', path: out, lines: texts.flatMap((text) => text.lines), ordered: true, squeeze: false },
      ],
      commands: [`cat ${folder}/*.txt > ${out}`],
    };
  },
};
