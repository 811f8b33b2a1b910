import { describe, expect, test } from '@jest/globals';
import { allowsEverything, isAdministratorAccess } from '../../../lib/collect/iam/read-role-details.ts';

const statement = (over: object): string =>
  JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...over } });

describe('a policy that allows everything', () => {
  test.each([
    ['one statement, not in a list', statement({}), true],
    ['lists', statement({ Action: ['s3:Get*', '*'], Resource: ['*'] }), true],
    ['*:*', statement({ Action: '*:*' }), true],
    ['an empty condition', statement({ Condition: {} }), true],
    ['a condition', statement({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), false],
    ['one service', statement({ Action: 's3:*' }), false],
    ['one resource', statement({ Resource: 'arn:aws:s3:::b' }), false],
    ['a Deny', statement({ Effect: 'Deny' }), false],
    ['NotAction', JSON.stringify({ Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] }), false],
    ['a statement that is none', JSON.stringify({ Statement: ['x'] }), false],
    ['no policy', '[1]', undefined],
    ['no JSON', '{', undefined],
  ])('%s', (_, text, verdict) => {
    expect(allowsEverything(text)).toBe(verdict);
  });
});

test.each([
  ['arn:aws:iam::aws:policy/AdministratorAccess', true],
  ['arn:aws-cn:iam::aws:policy/AdministratorAccess', true],
  ['arn:aws:iam::aws:policy/AdministratorAccess-Amplify', false],
  ['arn:aws:iam::111122223333:policy/AdministratorAccess', false],
])('%s by name: %p', (arn, verdict) => {
  expect(isAdministratorAccess(arn)).toBe(verdict);
});
