/** Filter policies over attributes at the door. The rows are of the SNS Developer Guide, "String value matching", "Key matching" and "AND/OR
 *  logic". */
import { expect, test } from '@jest/globals';
import { passes } from '../../../sandbox/door/filter-policies.ts';

const text = (Value: string) => ({ Type: 'String', Value });
const array = (...values: readonly string[]) => ({ Type: 'String.Array', Value: JSON.stringify(values) });

test.each<readonly [string, Parameters<typeof passes>[0], Parameters<typeof passes>[1], boolean]>([
  ['a value', { sport: ['rugby'] }, { sport: text('rugby') }, true],
  ['another value', { sport: ['rugby'] }, { sport: text('football') }, false],
  ['another case', { sport: ['rugby'] }, { sport: text('Rugby') }, false],
  ['one of two values', { sport: ['rugby', 'tennis'] }, { sport: text('tennis') }, true],
  ['an element of an array', { sport: ['rugby'] }, { sport: array('soccer', 'rugby') }, true],
  ['no element of an array', { sport: ['rugby'] }, { sport: array('soccer') }, false],
  ['both of two keys', { sport: ['rugby'], store: ['a'] }, { sport: array('rugby'), store: text('a') }, true],
  ['one of two keys', { sport: ['rugby'], store: ['a'] }, { sport: array('rugby'), store: text('b') }, false],
  ['an attribute that is not there', { sport: ['rugby'] }, { store: text('a') }, false],
  ['no attribute', { sport: ['rugby'] }, {}, false],
  ['no policy', {}, {}, true],
  ['a key that exists', { sport: [{ exists: true }] }, { sport: array('rugby') }, true],
  ['a key that should not exist', { sport: [{ exists: false }] }, { sport: array('rugby') }, false],
  ['a key that does not exist', { sport: [{ exists: false }] }, { store: text('a') }, true],
  ['a key that does not exist, without any attribute', { sport: [{ exists: false }] }, {}, false],
])('%s', (_title, policy, attributes, isLetThrough) => {
  expect(passes(policy, attributes)).toBe(isLetThrough);
});

test('an operator that is not known here is told', () => {
  expect(() => passes({ sport: [{ prefix: 'r' }] }, { sport: text('rugby') })).toThrow(
    'an operator of filter policies',
  );
});
