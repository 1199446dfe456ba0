import type { Random } from '../../../../domain/seed.js';
import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { personas } from '../personas/index.js';
import { folders } from '../file-names.js';
import type { Program } from '../program.js';

/** A setting with the value that it has and another that it could have. */
export interface Setting {
  key: string;
  before: string;
  value: string;
}

const general = { backup: ['daily', 'hourly'], region: ['home', 'abroad'], contact: ['office', 'owner'] };

/**
 * Draws a persona with a settings file, one setting a line as `key`, separator, value. `chosen` are settings of the
 * persona's own, as many as `count` says, with a new value for each; `fill` makes the program of them.
 */
export function settingsProgram(
  random: Random,
  format: { ending: string; separator: string; count: number },
  fill: (draw: { file: string; chosen: Setting[] }) => Pick<Program, 'expected' | 'commands' | 'facts'>,
): Program {
  const persona = random.pick(personas);
  const settings = Object.entries({ ...general, ...persona.settings }).map(([key, values]) => {
    const [before = '', value = ''] = random.sample(values, 2);
    return { key, before, value };
  });
  const own = settings.filter(({ key }) => key in persona.settings);
  const chosen = random.sample(own, format.count);
  const lines = random.shuffle(settings).map(({ key, before }) => `${key}${format.separator}${before}\n`);
  const file = `${random.pick(folders.config)}/${random.pick([persona.system, 'local', 'app', 'main'])}.${format.ending}`;
  const { facts, expected, commands } = fill({ file, chosen });
  return {
    persona,
    files: [textFile(file, `# settings of the ${persona.system}\n${lines.join('')}`), ...distractors(random, persona)],
    facts: { intro: persona.intro, reason: random.pick(persona.reasons), file, ...facts },
    expected,
    commands,
  };
}
