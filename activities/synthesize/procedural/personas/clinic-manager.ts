import type { Persona } from './persona.js';

export const clinicManager: Persona = {
  id: 'clinic-manager',
  intro: 'I manage a small clinic.',
  reasons: ['the staff meeting', 'the health office', 'our rota', 'Doctor Lind'],
  table: {
    file: 'visits',
    about: 'the visits of this week',
    key: 'doctor',
    keys: ['adams', 'baker', 'clark', 'evans', 'foster', 'gray', 'hughes', 'king', 'lewis', 'moore', 'parker', 'stone'],
    groups: { ward: ['east', 'west', 'central'], status: ['open', 'done', 'moved'] },
    measures: [
      { name: 'patients', low: 4, high: 95 },
      { name: 'minutes', low: 20, high: 480 },
    ],
  },
  settings: {
    reminder: ['email', 'phone', 'letter'],
    rooms: ['6', '8', '9'],
    lunch: ['noon', 'one'],
    queue: ['short', 'long'],
  },
  system: 'desk',
  services: ['desk', 'lab', 'phone', 'archive'],
  events: [
    'result arrived late',
    'printer out of toner',
    'record saved',
    'call dropped',
    'backup finished',
    'login failed twice',
  ],
  terms: [
    ['patient', 'client'],
    ['nurse', 'carer'],
    ['ward', 'unit'],
  ],
  sentences: [
    'Each {term} has a folder at the desk.',
    'Write down which {term} was called first.',
    'The new form has a field for the {term} at the top.',
    'We meet on Mondays to talk about every {term} in turn.',
    'No {term} should be left without an answer.',
  ],
  document: 'handbook',
  chores: [
    'order masks',
    'check the lamp in room two',
    'update the rota',
    'call the lab',
    'renew the contract',
    'empty the shredder',
    'sign the letters',
    'test the alarm',
  ],
};
