import { expect, test } from '@jest/globals';
import { canonicalJson, isObject, jsonOf, objectOf, valueAt } from '../../lib/text/json-value.ts';

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [null, false],
  [[], false],
  ['a', false],
  [undefined, false],
])('an object of JSON: %j', (value, isOne) => {
  expect(isObject(value)).toBe(isOne);
  expect(objectOf(value)).toEqual(isOne ? value : {});
});

test('a path leads through objects alone, and never to what all objects inherit', () => {
  expect(valueAt({ a: { b: [1] } }, 'a', 'b')).toEqual([1]);
  expect(valueAt({ a: [{ b: 1 }] }, 'a', '0')).toBeUndefined();
  expect(valueAt({ a: {} }, 'a', 'constructor')).toBeUndefined();
  expect(valueAt(undefined, 'a')).toBeUndefined();
});

test('what is no JSON is undefined', () => {
  expect([jsonOf('{"a":1}'), jsonOf('null'), jsonOf(''), jsonOf('{"a":')]).toEqual([
    { a: 1 },
    null,
    undefined,
    undefined,
  ]);
});

test('equal values have equal texts whatever the order of their keys', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
});
