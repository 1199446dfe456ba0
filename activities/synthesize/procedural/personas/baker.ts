import type { Persona } from './persona.js';

export const baker: Persona = {
  id: 'baker',
  intro: 'I run a small bakery.',
  reasons: ['the weekly order', 'the miller', 'our Friday meeting', 'the accountant'],
  table: {
    file: 'sales',
    about: 'our sales',
    key: 'bread',
    keys: ['rye', 'oat', 'spelt', 'bagel', 'bun', 'roll', 'pretzel', 'toast', 'muffin', 'scone', 'tart', 'cake', 'pie'],
    groups: { shop: ['north', 'south', 'harbor', 'station'], shift: ['early', 'late', 'night'] },
    measures: [
      { name: 'units', low: 5, high: 180 },
      { name: 'waste', low: 1, high: 40 },
    ],
  },
  settings: {
    opening: ['six', 'seven', 'eight'],
    printer: ['front', 'back'],
    limit: ['20', '40', '60'],
    scale: ['gram', 'kilo'],
  },
  system: 'till',
  services: ['till', 'oven', 'order', 'door'],
  events: [
    'card reader offline',
    'tray sensor is slow',
    'order saved',
    'paper is low',
    'timer restarted',
    'door left open',
  ],
  terms: [
    ['flour', 'meal'],
    ['butter', 'margarine'],
    ['crust', 'shell'],
  ],
  sentences: [
    'We buy our {term} from two farms in the valley.',
    'Ask the supplier whether the {term} can come on Tuesday.',
    'Guests often praise the {term} at the counter.',
    'The price of {term} went up again this spring.',
    'Keep the {term} cool and dry.',
  ],
  document: 'menu',
  chores: [
    'call the miller',
    'clean the oven',
    'order paper bags',
    'check the fridge',
    'print new labels',
    'pay the power bill',
    'sharpen the knives',
    'train the new trainee',
  ],
};
