import type { Random } from '../../../../domain/seed.js';
import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { makeLog, type LogLine } from '../log.js';
import { personas } from '../personas/index.js';
import { folders } from '../file-names.js';
import type { Program } from '../program.js';

export interface LogDraw {
  log: LogLine[];
  file: string;
  level: string;
  service: string;
}

/** Draws a persona with a log, a level and a service that occur in it; `fill` makes the program of them. */
export function logProgram(
  random: Random,
  fill: (draw: LogDraw) => Pick<Program, 'expected' | 'commands' | 'facts'>,
): Program {
  const persona = random.pick(personas);
  const log = makeLog(random, persona);
  const file = `${random.pick(folders.logs)}/${persona.system}.log`;
  const level = random.pick(['WARN', 'ERROR', 'INFO']);
  const service = random.pick(persona.services);
  const { facts, expected, commands } = fill({ log, file, level, service });
  return {
    persona,
    files: [textFile(file, log.map(({ text }) => `${text}\n`).join('')), ...distractors(random, persona)],
    facts: { intro: persona.intro, reason: random.pick(persona.reasons), file, level, service, ...facts },
    expected,
    commands,
  };
}
