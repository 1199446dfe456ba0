import type { Persona } from './persona.js';

export const choirLeader: Persona = {
  id: 'choir-leader',
  intro: 'I lead a choir.',
  reasons: ['the spring concert', 'the choir trip', 'our cashier', 'the rehearsal'],
  table: {
    file: 'singers',
    about: 'the list of our singers',
    key: 'singer',
    keys: ['alma', 'boris', 'cora', 'dora', 'erik', 'flora', 'georg', 'helga', 'inga', 'jan', 'kira', 'lars'],
    groups: { voice: ['alto', 'tenor', 'bass', 'soprano'], paid: ['yes', 'no'] },
    measures: [
      { name: 'concerts', low: 1, high: 60 },
      { name: 'years', low: 1, high: 45 },
    ],
  },
  settings: {
    tempo: ['80', '96', '120'],
    scale: ['major', 'minor'],
    pause: ['10', '20'],
    place: ['church', 'school'],
  },
  system: 'choir',
  services: ['mail', 'cash', 'website', 'scores'],
  events: ['fee is missing', 'file uploaded', 'mail came back', 'page was slow', 'backup done', 'wrong password'],
  terms: [
    ['concert', 'recital'],
    ['conductor', 'director'],
    ['rehearsal', 'practice'],
  ],
  sentences: [
    'The {term} begins on time.',
    'Please learn by heart what the {term} asks for.',
    'After the {term} there is tea.',
    'We share the cost of the {term} fairly.',
    'Write to me if you miss the {term} in June.',
  ],
  document: 'info',
  chores: [
    'copy the scores',
    'book the church',
    'order roses',
    'tune the piano',
    'call the soloist',
    'sell tickets',
    'print posters',
    'collect the fees',
  ],
};
