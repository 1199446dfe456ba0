import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { personas } from '../personas/index.js';
import { folders } from '../file-names.js';
import type { Kind } from '../program.js';

export const textReplace: Kind = {
  name: 'text-replace',
  category: 'content',
  operations: ['text.read', 'word.replace', 'text.write'],
  wordings: [
    '{intro} Please replace the word {old} by {new} everywhere in {file} and leave the rest of the text alone.',
    'In {file} it should say {new} wherever it says {old} now. Change nothing else, it is for {reason}.',
    'For {reason}: change every {old} in {file} to {new}, in place.',
    'We no longer say {old} but {new}. Please correct {file} throughout, only that word. {intro}',
    'Go through {file} and put {new} in place of {old} each time; all other words stay.',
    'Edit {file}: every {old} becomes {new}, the other text stays as it is. It is for {reason}.',
  ],
  program: (random) => {
    const persona = random.pick(personas);
    const [old, fresh] = random.pick(persona.terms);
    const sentences = random.sample(persona.sentences, random.int(3, persona.sentences.length));
    const plain = random.sample(persona.chores, 2).filter((chore) => !chore.includes(old));
    const lines = random.shuffle([...sentences, ...plain.map((chore) => `Do not forget: ${chore}.`)]);
    const file = `${random.pick(folders.texts)}/${persona.document}.md`;
    const affected = lines.filter((line) => line.includes('{term}'));
    const filled = (word: string, text: string): string => text.replaceAll('{term}', word);
    return {
      persona,
      files: [
        textFile(file, ['# Notes', '', ...lines.map((line) => filled(old, line))].join('\n') + '\n'),
        ...distractors(random, persona),
      ],
      facts: { intro: persona.intro, reason: random.pick(persona.reasons), file, old, new: fresh },
      expected: [
        {
          form: 'edited',
          path: file,
          old: affected.map((line) => filled(old, line)),
          new: affected.map((line) => filled(fresh, line)),
        },
      ],
      commands: [`sed -i 's/${old}/${fresh}/g' ${file}`],
    };
  },
};
