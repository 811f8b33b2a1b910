/** The statements of a role that name another role: by its ARN, a session, its account, or everyone. */
import { expect, test } from '@jest/globals';
import { refusesTags, statementsNaming } from '../../../lib/rules/access/naming-statements.ts';
import { aRole } from '../../support/example-world.ts';
import { policy } from '../trust/judge.ts';

const first = aRole().arn;
const foreign = '444455556666';
const session = (account: string, name = 'checkout-cart') => `arn:aws:sts::${account}:assumed-role/${name}/x`;
const naming = (principal: unknown, over: Readonly<Record<string, unknown>> = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...over,
});
const second = (...statements: readonly Readonly<Record<string, unknown>>[]) => ({
  arn: `${first}-second`,
  name: 'second',
  trustPolicy: policy(...statements),
});

test.each<[string, unknown, boolean]>([
  ['itself', { AWS: first }, true],
  ['another role', { AWS: `${first}s` }, false],
  ['a session of it', { AWS: session('111122223333') }, true],
  ['a session of another role', { AWS: session('111122223333', 'web') }, false],
  ['a session of its namesake in another account', { AWS: session(foreign) }, false],
  ['its account', { AWS: 'arn:aws:iam::111122223333:root' }, true],
  ['its account by the id', { AWS: ['999999999999', '111122223333'] }, true],
  ['another account', { AWS: `arn:aws:iam::${foreign}:root` }, false],
  ['another account by the id', { AWS: foreign }, false],
  ['a user of its account', { AWS: 'arn:aws:iam::111122223333:user/root' }, false],
  ['everyone', '*', true],
  ['every account', { AWS: '*' }, true],
  ['a service', { Service: '*' }, false],
])('%s', (_title, principal, isNaming) => {
  expect(statementsNaming(first, second(naming(principal)))?.length).toBe(isNaming ? 1 : 0);
  expect(statementsNaming(first, second(naming(principal, { Effect: 'Deny' })))).toEqual([]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['all but some', { Effect: 'Allow', NotPrincipal: { AWS: first }, Action: '*' }],
  ['a role by its id', naming({ AWS: ['111122223333', 'AROAEXAMPLEID'] })],
])('%s does not tell', (_title, statement) => {
  expect(statementsNaming(first, second(statement))).toBeUndefined();
  expect(refusesTags(first, second(naming({ AWS: first }, { Action: 'sts:AssumeRole' }), statement))).toBe(false);
});

test('a policy that is cut off does not tell', () => {
  expect(statementsNaming(first, { ...second(), trustPolicy: '{' })).toBeUndefined();
  expect(refusesTags(first, { ...second(), trustPolicy: '{' })).toBe(false);
});

test('tags are refused where the role is named alone, and no statement that names it allows them', () => {
  const alone = naming({ AWS: first }, { Action: 'sts:AssumeRole' });
  expect(refusesTags(first, second(alone))).toBe(true);
  expect(refusesTags(first, second(alone, naming({ AWS: foreign })))).toBe(true);
  expect(refusesTags(first, second(alone, naming({ AWS: '111122223333' })))).toBe(false);
  expect(refusesTags(first, second(naming({ AWS: first })))).toBe(false);
  expect(refusesTags(first, second(naming('*', { Action: 'sts:AssumeRole' })))).toBe(false);
});
