import type { Persona } from './persona.js';

export const shopkeeper: Persona = {
  id: 'shopkeeper',
  intro: 'I run a clothes shop.',
  reasons: ['the spring sale', 'the landlord', 'our web shop', 'the stock room'],
  table: {
    file: 'clothes',
    about: 'the clothes in stock',
    key: 'article',
    keys: ['shirt', 'skirt', 'dress', 'coat', 'jacket', 'scarf', 'glove', 'belt', 'sock', 'hat', 'cap', 'vest', 'suit'],
    groups: { color: ['black', 'blue', 'green'], season: ['summer', 'winter', 'spring'] },
    measures: [
      { name: 'pieces', low: 3, high: 140 },
      { name: 'price', low: 8, high: 240 },
    ],
  },
  settings: {
    currency: ['euro', 'pound', 'dollar'],
    sale: ['on', 'off'],
    returns: ['14', '30', '60'],
    theme: ['light', 'dark'],
  },
  system: 'shop',
  services: ['web', 'till', 'mail', 'stock'],
  events: ['cart was left', 'mail could not be sent', 'price changed', 'slow answer', 'item reserved', 'sync finished'],
  terms: [
    ['customer', 'shopper'],
    ['coupon', 'voucher'],
    ['refund', 'credit'],
  ],
  sentences: [
    'Please explain the {term} in one sentence.',
    'A {term} is valid until the end of May.',
    'We ask every {term} for a number.',
    'The rules for the {term} changed this year.',
    'Staff may not use the {term} twice.',
  ],
  document: 'terms',
  chores: [
    'iron the shirts',
    'count the hangers',
    'order bags',
    'change the window',
    'answer the mail',
    'fix the mirror',
    'call the tailor',
    'print price tags',
  ],
};
