/**
 * Everything that a reader would not see, or that changes what stands beside it: controls but tab and line end, line separators,
 * zero width, bidirectional overrides, halves of surrogate pairs.
 */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Cs}]/gu;

/** Puts a visible sign in their place: `␛` for ESC, `⟨U+202E⟩` for a bidi override. */
export function showHidden(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
