import { expect, test } from '@jest/globals';
import { hcl } from '../../lib/text/quote.ts';
import { fc } from '../support/properties.ts';

test.each([
  ['a"b', '"a\\"b"'],
  ['${aws:username}', '"$${aws:username}"'],
  ['%{if}', '"%%{if}"'],
  ['$a %b', '"$a %b"'],
])('a string of HCL interpolates nothing: %s', (text, written) => {
  expect(hcl(text)).toBe(written);
});

/** The value of a quoted template as Terraform reads it (HCL Syntax-Agnostic Specification, "Template Expressions"). Throws where it
 *  interpolates, and for an escape that is none. */
const readByTerraform = (code: string): string => {
  if (!/^"(?:[^"\\\n\r]|\\.)*"$/su.test(code)) throw new SyntaxError(`no quoted template: ${code}`);
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
  return code
    .slice(1, -1)
    .replace(
      /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|\$\$\{|%%\{|[$%]\{/gsu,
      (found, short?: string, long?: string, letter?: string) => {
        const digits = short ?? long;
        if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
        if (letter === undefined && found.length === 3) return found.slice(1);
        const value = letter === undefined ? undefined : escapes[letter];
        if (value === undefined) throw new SyntaxError(`${found} in ${code}`);
        return value;
      },
    );
};

test.each([
  '',
  'a\nb\r\tc',
  '\u{1f600} and \u{10ffff}',
  '${a}${b} %{if}%{endif}',
  '$${a} %%{b}',
  'a\\"b\\',
  '\u2028\u0000\u007f',
])('Terraform reads %j as it was', text => expect(readByTerraform(hcl(text))).toBe(text));

test('Terraform reads every text as it was', () => {
  const piece = fc.oneof(
    fc.constantFrom('$', '%', '{', '}', '"', '\\', '\n'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const text = pieces.join('');
      expect(readByTerraform(hcl(text))).toBe(text);
    }),
  );
});
