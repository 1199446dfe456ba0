import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { personas } from '../personas/index.js';
import { folders, outputs } from '../file-names.js';
import type { Kind } from '../program.js';

const contacts = {
  city: ['Bath', 'Lyon', 'Turin', 'Ghent', 'Porto', 'Bergen'],
  street: ['Mill Lane', 'Park Road', 'High Street', 'Station Road', 'Church Street'],
  phone: ['555 0142', '555 0178', '555 0119', '555 0163'],
  email: ['post@example.org', 'office@example.org', 'hello@example.com'],
};

export const jsonField: Kind = {
  name: 'json-field',
  category: 'office',
  operations: ['json.read', 'field.get', 'text.write'],
  wordings: [
    '{intro} Please take the {field} inside {section} from {file} and write only its value, no quotes, to {out}.',
    'What {field} is noted under {section} in {file}? Put the plain value, without quotes, into {out}.',
    'For {reason} I need the {field} from the {section} part of {file}. Save just that text, no quotes, as {out}.',
    'Read {file}, look under {section}, and leave the value of {field} as plain text in {out}. {intro}',
    'Into {out}, please: the value of {field} in {section}, as it stands in {file}, without quotes. It is for {reason}.',
    'Our details are in {file}. Copy the {field} of {section} to {out}, nothing else and no quotes.',
  ],
  program: (random) => {
    const persona = random.pick(personas);
    const contact = Object.fromEntries(Object.entries(contacts).map(([name, values]) => [name, random.pick(values)]));
    const settings = Object.fromEntries(
      Object.entries(persona.settings).map(([name, values]) => [name, random.pick(values)]),
    );
    const delivery = { ...contact, street: random.pick(contacts.street) };
    const sections: Record<string, Record<string, string>> = { contact, settings, delivery };
    const section = random.pick(Object.keys(sections));
    const field = random.pick(Object.keys(sections[section] ?? {}));
    const text = sections[section]?.[field] ?? '';
    const file = `${random.pick(folders.tables)}/${random.pick([persona.system, 'profile', 'site'])}.json`;
    const out = `${random.pick([...outputs.value, field])}.txt`;
    const among = Object.values(sections).flatMap((values) => Object.values(values));
    const content = { name: persona.table.about, ...Object.fromEntries(random.shuffle(Object.entries(sections))) };
    return {
      persona,
      files: [textFile(file, `${JSON.stringify(content, null, 2)}\n`), ...distractors(random, persona)],
      facts: { intro: persona.intro, reason: random.pick(persona.reasons), file, section, field, out },
      expected: [{ form: 'line', path: out, text, among }],
      commands: [`jq -r .${section}.${field} ${file} > ${out}`],
    };
  },
};
