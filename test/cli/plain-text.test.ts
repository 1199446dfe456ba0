import { expect, it } from 'vitest';
import { plainLine, plainText } from '../../cli/plain-text.js';

it('lets no terminal escape through', () => {
  expect(plainText('a\u001b[31mred\u001b[0m \u001b]0;title\u0007b\u009b2Jc')).toBe('ared bc');
  expect(plainText('\u001b]8;;https://example.org\u0007click\u001b]8;;\u0007')).toBe('click');
});

it('lets no text be reordered or hidden', () => {
  expect(plainText('safe\u202etxt.exe\u2066x\u200by')).toBe('safetxt.exexy');
});

it('lets no line be overwritten by a carriage return or backspaces', () => {
  expect(plainText('error\r\u0008\u0008ok')).toBe('errorok');
});

it('keeps words of all scripts, tabs and line ends', () => {
  expect(plainText('naïve 漢字 🙂\tx\ny')).toBe('naïve 漢字 🙂\tx\ny');
});

it('makes one line of many, cut to a width', () => {
  expect(plainLine('one\n  two\tthree', 9)).toBe('one two …');
});
