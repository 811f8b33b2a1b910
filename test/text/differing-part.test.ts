import { describe, expect, test } from '@jest/globals';
import { differingPart, lineDiff } from '../../lib/text/lines.ts';
import { fc } from '../support/properties.ts';

describe('two values, cut', () => {
  test('are whole where both fit', () => {
    expect(differingPart('abc', '', 3)).toEqual(['abc', '']);
  });

  test('that begin alike are cut where they differ', () => {
    const head = 'x'.repeat(500);
    expect(differingPart(`${head}one${head}`, `${head}two`, 60)).toEqual([
      `…${'x'.repeat(15)}one${'x'.repeat(40)}…`,
      `…${'x'.repeat(15)}two`,
    ]);
  });

  test.each([
    [10, 'x'.repeat(10)],
    [11, `…${'x'.repeat(5)}`],
  ])('that begin alike for %s of 20 characters', (same, beginning) => {
    const [before, after] = differingPart(
      `${'x'.repeat(same)}${'a'.repeat(30)}`,
      `${'x'.repeat(same)}${'b'.repeat(30)}`,
      20,
    );
    expect([before.startsWith(`${beginning}a`), after.startsWith(`${beginning}b`)]).toEqual([true, true]);
  });

  test('that differ early keep their beginning', () => {
    expect(differingPart('a'.repeat(20), `ab${'c'.repeat(20)}`, 10)).toEqual(['aaaaaaaaa…', 'abccccccc…']);
  });

  test('one of which the other begins with: what was added is seen, what has nothing more is its end', () => {
    const [before, after] = differingPart('x'.repeat(100), `${'x'.repeat(100)}added`, 60);
    expect([before, after]).toEqual([`…${'x'.repeat(15)}`, `…${'x'.repeat(15)}added`]);
  });

  test('are never the same if the values are not, never too long, and no character is halved', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '😀', '{'), maxLength: 400 });
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 8, max: 200 }), (head, a, b, limit) => {
        fc.pre(a !== b);
        const parts = differingPart(head + a, head + b, limit);
        expect(parts[0]).not.toBe(parts[1]);
        for (const part of parts) {
          expect(Array.from(part).length).toBeLessThanOrEqual(limit);
          expect(part).not.toMatch(/\p{Cs}/u);
        }
      }),
    );
  });
});

test.each([
  ['a', 'a', '  a'],
  ['a|b|c', 'a|c', '  a|- b|  c'],
  ['a|c', 'a|b|c', '  a|+ b|  c'],
  ['a|b', 'c|d', '- a|- b|+ c|+ d'],
  ['a|b|c|d', 'b|x|d|e', '- a|  b|- c|+ x|  d|+ e'],
  ['x|a|b', 'a|b|x', '- x|  a|  b|+ x'],
])('the lines of %s and %s', (before, after, lines) => {
  expect(lineDiff(before.replaceAll('|', '\n'), after.replaceAll('|', '\n')).join('|')).toBe(lines);
});
