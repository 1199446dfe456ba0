import type { Persona } from './persona.js';

export const cafeOwner: Persona = {
  id: 'cafe-owner',
  intro: 'I own a cafe by the park.',
  reasons: ['the tax office', 'my business partner', 'the summer plan', 'the barista team'],
  table: {
    file: 'drinks',
    about: 'the drinks we sell',
    key: 'drink',
    keys: ['latte', 'mocha', 'espresso', 'tea', 'cocoa', 'juice', 'water', 'cola', 'soda', 'cider', 'chai', 'shake'],
    groups: { size: ['small', 'medium', 'large'], place: ['bar', 'garden', 'window'] },
    measures: [
      { name: 'cups', low: 4, high: 150 },
      { name: 'refills', low: 1, high: 30 },
    ],
  },
  settings: {
    music: ['jazz', 'folk', 'rock'],
    language: ['english', 'french', 'german'],
    tables: ['12', '16', '20'],
    lights: ['warm', 'bright'],
  },
  system: 'counter',
  services: ['grinder', 'counter', 'cooler', 'music'],
  events: [
    'beans are low',
    'pump pressure dropped',
    'receipt printed',
    'restarted after update',
    'no signal',
    'cleaning cycle finished',
  ],
  terms: [
    ['guest', 'visitor'],
    ['terrace', 'garden'],
    ['waiter', 'server'],
  ],
  sentences: [
    'Every {term} gets a glass of water first.',
    'On Sundays the {term} comes before everything else.',
    'We wrote a short note about the {term} for new staff.',
    'Nobody should have to wait because of a {term} alone.',
    'The guide says how the {term} is looked after in the rain.',
  ],
  document: 'guide',
  chores: [
    'descale the machine',
    'buy oat milk',
    'fix the wobbly chair',
    'order straws',
    'wash the aprons',
    'answer the review',
    'test the heater',
    'renew the permit',
  ],
};
