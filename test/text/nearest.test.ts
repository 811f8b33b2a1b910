import { describe, expect, test } from '@jest/globals';
import { nearest } from '../../lib/text/nearest.ts';
import { fc } from '../support/properties.ts';

describe('nearest', () => {
  test.each<[string, readonly string[], string | undefined]>([
    ['carts', ['cart', 'pay'], 'cart'],
    ['crat', ['cart'], 'cart'],
    ['CART', ['cart', 'carts'], 'cart'],
    ['cart', ['cart'], undefined],
    ['cart', [], undefined],
    ['cart', ['shipping'], undefined],
    ['cat', ['cab', 'car'], undefined],
    ['abcdefghijklmnop', ['abcdefghijklmnXX', 'abcdefghijklmnXY'], undefined],
    ['a'.repeat(600), ['a'.repeat(599)], undefined],
    ['aaaa', ['a'.repeat(600)], undefined],
    ['', ['a'], 'a'],
  ])('%j among %j is %j', (text, candidates, expected) => {
    expect(nearest(text, candidates)).toBe(expected);
  });

  test('is one of the candidates, never the text itself, whatever their order', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.array(fc.string({ maxLength: 12 })), (text, candidates) => {
        const found = nearest(text, candidates);
        expect(found === undefined || candidates.includes(found)).toBe(true);
        expect(found).not.toBe(text);
        expect(nearest(text, [...candidates].reverse())).toBe(found);
      }),
    );
  });
});
