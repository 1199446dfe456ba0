import type { Persona } from './persona.js';

export const trainer: Persona = {
  id: 'trainer',
  intro: 'I coach at a sports club.',
  reasons: ['the next match', 'the club board', 'our training camp', 'the team page'],
  table: {
    file: 'players',
    about: 'the numbers of my players',
    key: 'player',
    keys: ['anna', 'ben', 'carla', 'dan', 'emma', 'felix', 'grace', 'henry', 'iris', 'jonas', 'kate', 'leo', 'mia'],
    groups: { team: ['red', 'blue', 'green'], role: ['guard', 'wing', 'center'] },
    measures: [
      { name: 'points', low: 2, high: 140 },
      { name: 'games', low: 1, high: 34 },
    ],
  },
  settings: {
    court: ['main', 'side'],
    period: ['10', '12', '15'],
    whistle: ['soft', 'loud'],
    color: ['red', 'blue', 'white'],
  },
  system: 'arena',
  services: ['clock', 'score', 'gate', 'lights'],
  events: [
    'clock drifted by a second',
    'ticket refused',
    'score confirmed',
    'lamp needs replacing',
    'synced',
    'gate opened by hand',
  ],
  terms: [
    ['captain', 'leader'],
    ['match', 'game'],
    ['hall', 'gym'],
  ],
  sentences: [
    'The {term} decides who speaks to the referee.',
    'Be at the {term} half an hour early.',
    'Parents may help with the {term} on Sundays.',
    'We pay for the {term} out of the club box.',
    'Every season the {term} is chosen again.',
  ],
  document: 'season',
  chores: [
    'pump the balls',
    'book the bus',
    'wash the shirts',
    'send the lineup',
    'repair the net',
    'order water',
    'update the page',
    'call the referee',
  ],
};
