import type { Persona } from './persona.js';

export const mechanic: Persona = {
  id: 'mechanic',
  intro: 'I have a car garage.',
  reasons: ['the parts order', 'the inspection', 'my boss', 'the bill on Friday'],
  table: {
    file: 'jobs',
    about: 'the jobs in the garage',
    key: 'car',
    keys: ['polo', 'golf', 'civic', 'fiesta', 'corsa', 'astra', 'focus', 'clio', 'panda', 'mini', 'yaris', 'jazz'],
    groups: { state: ['open', 'done', 'waiting'], bay: ['left', 'right', 'yard'] },
    measures: [
      { name: 'hours', low: 1, high: 45 },
      { name: 'cost', low: 40, high: 980 },
    ],
  },
  settings: { lift: ['up', 'down'], radio: ['on', 'off'], oil: ['light', 'heavy'], rate: ['60', '75', '90'] },
  system: 'lift',
  services: ['lift', 'pump', 'tester', 'desk'],
  events: [
    'pressure is low',
    'test passed',
    'cable worn',
    'bill printed',
    'lamp replaced',
    'no answer from the sensor',
  ],
  terms: [
    ['brake', 'disc'],
    ['engine', 'motor'],
    ['tyre', 'wheel'],
  ],
  sentences: [
    'We look at the {term} first.',
    'The customer asked about the {term} twice.',
    'There is a note about the {term} on the key.',
    'Do not drive when the {term} makes a noise.',
    'A new {term} is on its way.',
  ],
  document: 'report',
  chores: [
    'order filters',
    'call the owner',
    'clean the pit',
    'test the lift',
    'sort the bolts',
    'return the trailer',
    'charge the battery',
    'sweep the bay',
  ],
};
