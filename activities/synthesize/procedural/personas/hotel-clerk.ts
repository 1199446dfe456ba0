import type { Persona } from './persona.js';

export const hotelClerk: Persona = {
  id: 'hotel-clerk',
  intro: 'I work at the desk of a hotel.',
  reasons: ['the night manager', 'the cleaning team', 'the tax form', 'the group on Sunday'],
  table: {
    file: 'rooms',
    about: 'the room list',
    key: 'room',
    keys: ['amber', 'coral', 'ivory', 'jade', 'pearl', 'ruby', 'opal', 'topaz', 'onyx', 'garnet', 'quartz', 'agate'],
    groups: { floor: ['first', 'second', 'third'], status: ['free', 'taken', 'dirty'] },
    measures: [
      { name: 'nights', low: 1, high: 60 },
      { name: 'rate', low: 45, high: 380 },
    ],
  },
  settings: {
    checkout: ['10', '11', '12'],
    pool: ['open', 'closed'],
    heating: ['low', 'high'],
    language: ['english', 'italian'],
  },
  system: 'hotel',
  services: ['keys', 'lift', 'booking', 'pool'],
  events: [
    'card written',
    'door held open',
    'booking changed',
    'temperature too low',
    'payment declined',
    'service due',
  ],
  terms: [
    ['guest', 'visitor'],
    ['breakfast', 'brunch'],
    ['lobby', 'hall'],
  ],
  sentences: [
    'Tell the night shift when the {term} is late.',
    'The {term} is one of the things people remember.',
    'We never close the {term} before ten.',
    'A note on the {term} hangs next to the lift.',
    'For groups the {term} is planned in advance.',
  ],
  document: 'welcome',
  chores: [
    'wash the curtains',
    'call the laundry',
    'order soap',
    'fix the lift',
    'print the maps',
    'check the minibar',
    'reply to the review',
    'test the alarm',
  ],
};
