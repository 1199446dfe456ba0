import type { Random } from '../../../domain/seed.js';
import { textFile, type WorkspaceFile } from '../../../domain/task/workspace.js';
import type { Persona } from './personas/persona.js';
import { csvOf, makeTable } from './table.js';

const months = ['january', 'march', 'june', 'october'];

/** One to three files that lie about in a real folder and have nothing to do with the request. */
export function distractors(random: Random, persona: Persona): WorkspaceFile[] {
  const chores = random.sample(persona.chores, 3).map((chore) => `- ${chore}\n`);
  const lines = random.sample(persona.events, 2).map((event) => `${event}\n`);
  const all = [
    textFile('README.md', `# ${persona.table.about}\n\nKept by hand, for ${random.pick(persona.reasons)}.\n`),
    textFile('todo.md', `Still to do:\n${chores.join('')}`),
    textFile(`old/${persona.table.file}-${random.pick(months)}.csv`, csvOf(makeTable(random, persona))),
    textFile(`old/${persona.system}.txt`, lines.join('')),
  ];
  return random.sample(all, random.int(1, 3));
}
