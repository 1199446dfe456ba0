import { stripVTControlCharacters } from 'node:util';

// eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const bidirectional = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text that came from agents, tasks or configs, fit for a terminal: no escape sequences, no control characters but tab and
 * line end, nothing that reorders or hides what stands beside it.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(control, '').replace(bidirectional, '');
}

/** The same on one line, cut to `width` characters. */
export function plainLine(text: string, width = 300): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}
