import type { Random } from '../../../../domain/seed.js';
import { textFile } from '../../../../domain/task/workspace.js';
import { personas } from '../personas/index.js';
import { endings, folders } from '../file-names.js';
import type { Program } from '../program.js';

/** Draws a folder with files of two endings, two or three of the one asked for; `fill` makes the program of them. */
export function folderProgram(
  random: Random,
  fill: (draw: {
    folder: string;
    ending: string;
    /** An ending that no file there has. */
    free: string;
    /** Names of the files with the ending, without it. */
    names: string[];
  }) => Pick<Program, 'expected' | 'commands' | 'facts'>,
): Program {
  const persona = random.pick(personas);
  const folder = random.pick(folders.arriving);
  const [ending = '', other = '', free = ''] = random.sample(endings, 3);
  const count = random.int(2, 3);
  const keys = random.sample(persona.table.keys, count + 1);
  const names = keys.slice(0, count).sort();
  const text = (): string => {
    const lines = [...random.sample(persona.events, 2), ...random.sample(persona.chores, 2)];
    return random
      .shuffle(lines)
      .map((line) => `${line}\n`)
      .join('');
  };
  const { facts, expected, commands } = fill({ folder, ending, free, names });
  return {
    persona,
    files: [
      ...names.map((name) => textFile(`${folder}/${name}.${ending}`, text())),
      textFile(`${folder}/${keys.at(-1) ?? ''}.${other}`, text()),
    ],
    facts: { intro: persona.intro, reason: random.pick(persona.reasons), folder, ending, ...facts },
    expected,
    commands,
  };
}
