import { describe, expect, it } from 'vitest';
import { html, styleElement } from '../../../activities/report/html.js';
import { showHidden } from '../../../activities/report/hidden-characters.js';

describe('html', () => {
  it('takes what is put in as text, in content and in attributes', () => {
    const evil = `</p><script>alert("1")</script>' onload=\`x\``;
    expect(html`<p title="${evil}">${evil}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('takes as markup only what it made itself', () => {
    const forged = { text: '<script>' } as never;
    expect(html`<p>${html`<b>${'<i>'}</b>`}</p>`.text).toBe('<p><b>&lt;i&gt;</b></p>');
    expect(() => html`<p>${forged}</p>`.text).toThrow();
  });

  it('puts lists one after the other, and nothing for nothing', () => {
    expect(html`${['<', 1, [html`<br />`]]}${undefined}${false}`.text).toBe('&lt;1<br />');
  });
});

const escaped = '&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#96;x&#96;';

it('lets no style sheet end its element', () => {
  expect(() => styleElement('a{}</style><script>')).toThrow(RangeError);
});

describe('hidden characters', () => {
  it.each([
    ['a terminal escape', '\u001b[31m', '␛[31m'],
    ['NUL and DEL', '\u0000\u007f', '␀␡'],
    ['a one-byte control sequence', '\u009b2J', '⟨U+009B⟩2J'],
    ['a bidirectional override', 'a\u202eb', 'a⟨U+202E⟩b'],
    ['an isolate', '\u2066', '⟨U+2066⟩'],
    ['a zero-width space', '\u200b', '⟨U+200B⟩'],
    ['a tag character', '\u{e0041}', '⟨U+E0041⟩'],
    ['half a surrogate pair', '\ud800x', '⟨U+D800⟩x'],
    ['a lone carriage return', 'a\rb', 'a␍b'],
  ])('are shown by a sign: %s', (_, hidden, shown) => {
    expect(showHidden(hidden)).toBe(shown);
  });

  it('are not what words of any script are made of', () => {
    expect(showHidden('naïve\tעברית\n漢字 🙂')).toBe('naïve\tעברית\n漢字 🙂');
  });
});
