import { expect, test } from '@jest/globals';
import { historyKey, parseUnsentKey, unsentKey } from '../../lib/store/keys.ts';

test.each([
  ['account#111122223333', 'finding#f', 'v00000001#run-1'],
  ['account#111122223333', 'watched#role-trust-policy arn:aws:iam::111122223333:role/a|b|c', 'run-1'],
  ['account#111122223333', '', ''],
])('the parts of what is to be sent come back: %s %s %s', (pk, sk, step) => {
  expect(parseUnsentKey(unsentKey(pk, sk, step))).toEqual({ pk, sk, step });
});

test('a key of another form has no parts', () => {
  expect(['', 'a', 'a|b', 'ab'].map(parseUnsentKey)).toEqual([undefined, undefined, undefined, undefined]);
});

test('steps of a history are in the order of their versions', () => {
  const keys = [100, 9, 10, 1].map(version => historyKey(version, 'run-1'));
  expect(keys.toSorted()).toEqual([1, 9, 10, 100].map(version => historyKey(version, 'run-1')));
  expect(keys[3]).toBe('v00000001#run-1');
});
