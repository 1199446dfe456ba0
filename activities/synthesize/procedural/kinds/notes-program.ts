import type { Random } from '../../../../domain/seed.js';
import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { personas } from '../personas/index.js';
import { folders, marks } from '../file-names.js';
import type { Program } from '../program.js';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];

/** Draws two or three notes of one folder, with lines marked by a word in capitals; `fill` makes the program of them. */
export function notesProgram(
  random: Random,
  fill: (draw: { folder: string; mark: string; marked: string[] }) => Pick<Program, 'expected' | 'commands' | 'facts'>,
): Program {
  const persona = random.pick(personas);
  const folder = random.pick(folders.notes);
  const mark = random.pick(marks);
  const other = random.pick(['DONE', 'INFO']);
  const names = random.sample(days, random.int(2, 3)).sort();
  const chores = random.shuffle(persona.chores);
  const notes = names.map((name) => {
    const marked = chores.splice(0, random.int(1, 2)).map((chore) => `- ${mark} ${chore}`);
    const plain = random.sample(persona.events, 2).map((event, index) => `- ${index === 0 ? `${other} ` : ''}${event}`);
    return { path: `${folder}/${name}.md`, marked, lines: [`# ${name}`, ...random.shuffle([...marked, ...plain])] };
  });
  const marked = notes.flatMap((note) => note.lines.filter((line) => note.marked.includes(line)));
  const { facts, expected, commands } = fill({ folder, mark, marked });
  return {
    persona,
    files: [
      ...notes.map(({ path, lines }) => textFile(path, lines.map((line) => `${line}\n`).join(''))),
      ...distractors(random, persona).slice(0, 1),
    ],
    facts: { intro: persona.intro, reason: random.pick(persona.reasons), folder, mark, ...facts },
    expected,
    commands,
  };
}
