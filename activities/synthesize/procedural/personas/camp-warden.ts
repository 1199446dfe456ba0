import type { Persona } from './persona.js';

export const campWarden: Persona = {
  id: 'camp-warden',
  intro: 'I am the warden of a campsite.',
  reasons: ['the summer season', 'the fire service', 'our owner', 'the water bill'],
  table: {
    file: 'pitches',
    about: 'the list of pitches',
    key: 'pitch',
    keys: ['oak', 'birch', 'maple', 'cedar', 'pine', 'willow', 'elm', 'ash', 'beech', 'hazel', 'poplar', 'larch'],
    groups: { side: ['lake', 'hill', 'road'], kind: ['tent', 'van', 'cabin'] },
    measures: [
      { name: 'guests', low: 1, high: 70 },
      { name: 'power', low: 4, high: 260 },
    ],
  },
  settings: { gate: ['auto', 'manual'], quiet: ['21', '22', '23'], showers: ['warm', 'cold'], fires: ['yes', 'no'] },
  system: 'camp',
  services: ['gate', 'water', 'power', 'wifi'],
  events: ['fuse replaced', 'flow is too high', 'gate opened', 'many clients', 'meter read', 'cable unplugged'],
  terms: [
    ['tent', 'yurt'],
    ['camper', 'van'],
    ['campfire', 'bonfire'],
  ],
  sentences: [
    'No {term} is allowed close to the trees.',
    'Leave two meters around the {term} at all times.',
    'The {term} must be registered at the gate.',
    'After ten the {term} should be quiet.',
    'We charge extra for a second {term} on weekends.',
  ],
  document: 'camp',
  chores: [
    'mow the lawn',
    'empty the bins',
    'test the hydrants',
    'order gas',
    'paint the signs',
    'fix the shower',
    'call the baker',
    'clean the grill',
  ],
};
