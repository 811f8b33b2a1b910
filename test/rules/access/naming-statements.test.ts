/** The statements of a role that name another role: by its ARN, a session, its account, or everyone. */
import { describe, expect, test } from '@jest/globals';
import { refusesTags, statementsNaming, takingExternalId } from '../../../lib/rules/access/naming-statements.ts';
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

describe('the external id of a call', () => {
  const wants = (id: string | readonly string[], over: Readonly<Record<string, unknown>> = {}) =>
    naming({ AWS: first }, { Condition: { StringEquals: { 'sts:ExternalId': id } }, ...over });
  const denies = (over: Readonly<Record<string, unknown>> = {}) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 'sts:AssumeRole',
    Condition: { StringNotEquals: { 'sts:ExternalId': 'ours' } },
    ...over,
  });
  const taken = (id: string | undefined, ...statements: readonly Readonly<Record<string, unknown>>[]) => {
    const target = second(...statements);
    return takingExternalId(statementsNaming(first, target) ?? [], target, id).length;
  };

  test.each<[string, number, string | undefined, readonly Readonly<Record<string, unknown>>[]]>([
    ['is the one that is tested', 1, 'ours', [wants('ours')]],
    ['is one of two that are tested', 1, 'ours', [wants(['other', 'ours'])]],
    ['is another one', 0, 'ours', [wants('other')]],
    ['is in another case', 0, 'ours', [wants('Ours')]],
    ['is not known', 1, undefined, [wants('other')]],
    ['is not asked for', 1, 'ours', [naming({ AWS: first })]],
    [
      'is asked for by a key in capitals',
      0,
      'ours',
      [wants('x', { Condition: { StringEquals: { 'STS:EXTERNALID': 'x' } } })],
    ],
    ['fits one of two statements', 1, 'ours', [wants('other'), wants('ours')]],
    ['is one that nobody denies', 1, 'ours', [naming({ AWS: first }), denies()]],
    ['is denied', 0, 'theirs', [naming({ AWS: first }), denies()]],
    ['is denied by a Deny of every action', 0, 'theirs', [naming({ AWS: first }), denies({ Action: '*' })]],
    ['is denied for another action', 1, 'theirs', [naming({ AWS: first }), denies({ Action: 'sts:TagSession' })]],
    ['is denied to somebody', 1, 'theirs', [naming({ AWS: first }), denies({ Principal: { AWS: foreign } })]],
    [
      'is denied beside another test, which may not be true',
      1,
      'theirs',
      [
        naming({ AWS: first }),
        denies({ Condition: { StringNotEquals: { 'sts:ExternalId': 'ours', 'aws:PrincipalOrgID': 'o-a' } } }),
      ],
    ],
    [
      'meets a Deny without conditions, which other code reads',
      1,
      'theirs',
      [naming({ AWS: first }), denies({ Condition: {} })],
    ],
  ])('%s', (_title, count, id, statements) => {
    expect(taken(id, ...statements)).toBe(count);
  });

  test('tells nothing of a policy that is cut off', () => {
    const target = second(wants('other'));
    const found = statementsNaming(first, target) ?? [];
    expect(takingExternalId(found, { ...target, trustPolicy: '{' }, 'ours')).toBe(found);
  });
});

test.each(['AROAEXAMPLEID', 'AIDAEXAMPLEID'])('a principal by the id %s does not tell', id => {
  expect(statementsNaming(first, second(naming({ AWS: id })))).toBeUndefined();
});
