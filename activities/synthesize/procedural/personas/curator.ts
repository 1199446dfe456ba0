import type { Persona } from './persona.js';

export const curator: Persona = {
  id: 'curator',
  intro: 'I am a curator at a museum.',
  reasons: ['the new exhibition', 'the insurance', 'the loan office', 'our catalog'],
  table: {
    file: 'objects',
    about: 'the objects on show',
    key: 'object',
    keys: ['vase', 'crown', 'sword', 'mask', 'coin', 'statue', 'helmet', 'mirror', 'harp', 'globe', 'shield', 'lamp'],
    groups: { hall: ['rome', 'egypt', 'greece'], state: ['good', 'worn', 'broken'] },
    measures: [
      { name: 'age', low: 90, high: 990 },
      { name: 'value', low: 10, high: 800 },
    ],
  },
  settings: {
    humidity: ['40', '45', '50'],
    tour: ['short', 'long'],
    audio: ['on', 'off'],
    closing: ['17', '18', '20'],
  },
  system: 'museum',
  services: ['climate', 'alarm', 'audio', 'ticket'],
  events: ['air is too dry', 'motion seen', 'guide returned', 'lamp failed', 'tour started', 'value back to normal'],
  terms: [
    ['exhibit', 'piece'],
    ['visitor', 'guest'],
    ['painting', 'canvas'],
  ],
  sentences: [
    'Stand one step away from the {term} please.',
    'The label tells where the {term} came from.',
    'We wrote a page on the {term} in the catalog.',
    'Light can hurt the {term} badly.',
    'At night the {term} is covered.',
  ],
  document: 'tour',
  chores: [
    'dust the frames',
    'call the lender',
    'change the labels',
    'check the climate',
    'pack the coins',
    'order glass',
    'train the guides',
    'update the catalog',
  ],
};
