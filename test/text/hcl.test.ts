import { expect, test } from '@jest/globals';
import { hcl } from '../../lib/text/quote.ts';

test.each([
  ['a"b', '"a\\"b"'],
  ['${aws:username}', '"$${aws:username}"'],
  ['%{if}', '"%%{if}"'],
  ['$a %b', '"$a %b"'],
])('a string of HCL interpolates nothing: %s', (text, written) => {
  expect(hcl(text)).toBe(written);
});
