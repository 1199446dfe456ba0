import { showHidden } from './hidden-characters.js';

/** Markup that was made by `html`, and by nothing else: the constructor is not exported. */
class Markup {
  constructor(readonly text: string) {}
}
export type Html = Markup;

export type Content = Html | string | number | false | undefined | readonly Content[];

/**
 * Escapes by construction: whatever is put into the template is text, fit for an element's content and for a double-quoted
 * attribute, unless it was itself made by `html`. There is no way to put in a string unescaped.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Markup(strings.reduce((sofar, part, index) => sofar + render(values[index - 1]) + part));
}

/** Our own style sheet as an element. A style element's content is not unescaped by browsers, so it must not hold what would end it. */
export function styleElement(css: string): Html {
  if (css.includes('<')) throw new RangeError('a style sheet must not hold "<"');
  return new Markup(`<style>${css}</style>`);
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escape(String(content));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escape(text: string): string {
  return showHidden(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
