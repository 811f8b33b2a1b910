import { expect, test } from '@jest/globals';
import { listed, renderPhrase, renderTemplate } from '../../lib/text/message.ts';

test('a template is filled: names are listed, things are counted, and a value that is not given is an error', () => {
  const data = { role: 'cart', count: 1, names: ['a', 'b', 'c'] };
  expect(renderTemplate('{role}: {count:role}, {names}, {names:name}', data)).toBe('cart: 1 role, a, b and c, 3 names');
  expect(() => renderTemplate('{role} of {account}', data)).toThrow('no value for {account} in "{role} of {account}"');
  // A name that every object has is no value.
  expect(() => renderTemplate('{toString}', data)).toThrow('no value for {toString}');
  expect([renderPhrase('{plain}'), renderPhrase({ template: '{role}', data })]).toEqual(['{plain}', 'cart']);
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d and e'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
])('%j is listed as %j', (names, text) => {
  expect(listed(names)).toBe(text);
});
