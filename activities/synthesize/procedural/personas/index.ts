import { carePersonas } from './care.js';
import { culturePersonas } from './culture.js';
import { foodPersonas } from './food.js';
import { learningPersonas } from './learning.js';
import { officePersonas } from './office.js';
import type { Persona } from './persona.js';
import { placePersonas } from './places.js';
import { tradePersonas } from './trade.js';

export const personas: readonly Persona[] = [
  ...foodPersonas,
  ...carePersonas,
  ...tradePersonas,
  ...learningPersonas,
  ...placePersonas,
  ...culturePersonas,
  ...officePersonas,
];
