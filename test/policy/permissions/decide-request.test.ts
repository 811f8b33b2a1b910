/** Requests against the policies of a role: every layer must allow them, and none may deny them. */
import { describe, expect, test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import {
  compilePolicies,
  decideRequest,
  type Requester,
  resourcesApart,
  someResources,
  withoutIdle,
} from '../../../lib/policy.ts';
import { whole } from '../../support/whole/whole.ts';

type StatementText = Readonly<Record<string, unknown>>;

const accountId = '111122223333';
const now = '2026-11-01T06:00:00Z';
const elsewhere = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
const object = 'arn:aws:s3:::own/key';

interface World {
  readonly version?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly hasPodTags?: boolean;
  /** Further layers: a boundary, service control policies. */
  readonly layers?: readonly (readonly StatementText[])[];
}

const askingOf = (
  statements: readonly StatementText[],
  { version = '2012-10-17', tags = {}, hasPodTags = false, layers = [] }: World = {},
): Requester => {
  const document = (list: readonly StatementText[]) =>
    JSON.stringify({ Version: version, Statement: list.map(one => ({ Effect: 'Allow', ...one })) });
  const { permissions } = compilePolicies(
    [statements, ...layers].map((list, at) => [{ name: `p-${at}`, document: document(list) }]),
  );
  const session = { roleArn: `arn:aws:iam::${accountId}:role/app`, accountId, partition: 'aws', tags, hasPodTags };
  return { permissions: withoutIdle(permissions, { session, now }), session, now, budget: policyBudget() };
};

const decided = (
  statements: readonly StatementText[],
  world: World = {},
  request: Partial<Parameters<typeof decideRequest>[0]> = {},
) => {
  const decision = decideRequest({ action: 's3:GetObject', resource: object, ...request }, askingOf(statements, world));
  const { by, ...rest } = decision;
  whole('decision', [JSON.stringify({ ...rest, by: by && `${by.policy} ${by.label}` })]);
  return decision;
};
const verdictOf = (...args: Parameters<typeof decided>) => decided(...args).verdict;

const allow = { Action: 's3:GetObject', Resource: '*' };
const deny = { ...allow, Effect: 'Deny' };

describe('layers', () => {
  test.each<[string, readonly StatementText[], readonly (readonly StatementText[])[], string]>([
    ['its own policies alone', [allow], [], 'allowed'],
    ['a layer that allows too', [allow], [[allow]], 'allowed'],
    ['a layer that does not', [allow], [[{ ...allow, Action: 's3:PutObject' }]], 'refused'],
    ['a layer without a statement', [allow], [[]], 'refused'],
    ['a layer alone', [], [[allow]], 'refused'],
    ['a layer that may', [allow], [[{ ...allow, Condition: elsewhere }]], 'open'],
    ['a layer that denies', [allow], [[allow, deny]], 'refused'],
    ['a layer that may deny', [allow], [[allow, { ...deny, Condition: elsewhere }]], 'open'],
    ['its own Deny', [allow, deny], [], 'refused'],
    ['a Deny of another resource', [allow, { ...deny, Resource: 'arn:aws:s3:::other/*' }], [], 'allowed'],
    ['a Deny of another action', [allow, { ...deny, Action: 's3:Put*' }], [], 'allowed'],
  ])('%s', (_of, own, layers, wanted) => {
    expect(verdictOf(own, { layers })).toBe(wanted);
  });

  test('the statement that allows it is one of its own', () => {
    const named = { ...allow, Sid: 'Reads' };
    expect(decided([named], { layers: [[{ ...allow, Sid: 'Bound' }]] })).toMatchObject({
      verdict: 'allowed',
      by: { policy: 'p-0', label: 'Reads' },
    });
    const own = { ...named, Condition: { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } } };
    expect(decided([own], { layers: [[allow]] })).toMatchObject({ verdict: 'allowed', by: { label: 'Reads' } });
  });

  test('a statement that surely allows comes before one that may', () => {
    expect(
      verdictOf([
        { ...allow, Condition: elsewhere },
        { ...allow, Condition: { Null: { 'aws:SourceIdentity': 'true' } } },
        allow,
      ]),
    ).toBe('allowed');
    const certain = { ...allow, Condition: { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } } };
    expect(verdictOf([{ ...allow, Condition: elsewhere }, certain])).toBe('allowed');
  });

  test('an open answer says why', () => {
    expect(decided([{ ...allow, Condition: elsewhere }])).toMatchObject({
      verdict: 'open',
      by: { policy: 'p-0' },
      because: expect.stringContaining('where the request comes from'),
    });
    expect(decided([allow, { ...deny, Condition: elsewhere }]).because).toMatch(/where the request comes from|Deny/);
  });

  test('an open answer tells the doubt of the request that may be allowed, not of one that is refused', () => {
    const byService = { Bool: { 'aws:ViaAWSService': 'true' } };
    expect(decided([{ ...allow, Condition: byService }])).toMatchObject({
      verdict: 'open',
      because: expect.stringContaining('whether a service of AWS makes the request'),
    });
  });

  test('more statements together than are tried leave it open', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...allow,
        Sid: `S${at}`,
        Condition: { StringEquals: { 'aws:PrincipalTag/team': `t-${at}` } },
      }));
    const tags = { team: 't-300' };
    const inLayers = (own: number, other: number) =>
      decided(many(own), { tags: { team: 'none' }, layers: [many(other)] });
    // All of them fail by the session's own tag: they are left out before they are counted.
    expect(inLayers(20, 20).verdict).toBe('refused');
    const tested = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...allow,
        Condition: { StringEquals: { 's3:ExistingObjectTag/team': `t-${at}` } },
      }));
    expect(decided(tested(16), { tags, layers: [tested(16)] }, { tags: { team: 'other' } }).verdict).toBe('refused');
    expect(decided(tested(17), { tags, layers: [tested(16)] }, { tags: { team: 'other' } })).toEqual({
      verdict: 'open',
      because: 'its policies have too many statements to be compared within the stated work',
    });
  });
});

describe('statements', () => {
  test.each<[string, StatementText, string]>([
    ['an ARN that is not complete', { ...allow, Resource: 'arn:aws:s3' }, 'allowed'],
    ['an ARN that lacks its last part', { ...allow, Resource: 'arn:aws:s3::' }, 'allowed'],
    ['an ARN that lacks one part', { ...allow, Resource: 'arn:aws:s3:::' }, 'refused'],
    ['an ARN with five parts', { ...allow, Resource: 'arn:aws:s3:*:*' }, 'allowed'],
    ['a pattern of the prefix of a service', { ...allow, Action: 's*:GetObject' }, 'open'],
    ['such a pattern of another name', { ...allow, Action: 's*:PutObject' }, 'refused'],
    ['every action but some', { NotAction: 's3:Put*', Resource: '*' }, 'allowed'],
    ['every action but this one', { NotAction: 's3:Get*', Resource: '*' }, 'refused'],
    ['every resource but some', { Action: 's3:GetObject', NotResource: 'arn:aws:s3:::other/*' }, 'allowed'],
    ['every resource but this one', { Action: 's3:GetObject', NotResource: 'arn:aws:s3:::own/*' }, 'refused'],
    ['letters of another case', { ...allow, Action: 'S3:getobject' }, 'allowed'],
    ['an effect that there is not', { ...allow, Effect: 'allow' }, 'open'],
    [
      'an effect that there is not, about another action',
      { ...allow, Effect: 'allow', Action: 's3:PutObject' },
      'refused',
    ],
    ['an operator that there is not', { ...allow, Condition: { StringIs: { 'aws:PrincipalType': 'x' } } }, 'open'],
  ])('%s', (_of, statement, wanted) => {
    expect(verdictOf([statement])).toBe(wanted);
  });

  test('an effect that there is not may deny', () => {
    expect(verdictOf([allow, { ...allow, Effect: 'deny' }])).toBe('open');
  });

  test('variables are texts in policies of the older version', () => {
    const own = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::own/${aws:PrincipalType}' };
    const resource = 'arn:aws:s3:::own/AssumedRole';
    expect(verdictOf([own], {}, { resource })).toBe('allowed');
    expect(verdictOf([own], { version: '2008-10-17' }, { resource })).toBe('refused');
    const tested = { ...allow, Condition: { StringEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalType}' } } };
    const tags = { team: 'AssumedRole' };
    expect(verdictOf([tested], { tags })).toBe('allowed');
    expect(verdictOf([tested], { tags, version: '2008-10-17' })).toBe('refused');
  });
});

describe('keys of the session', () => {
  const tested = (key: string, value: string, operator = 'StringEquals') => [
    { ...allow, Condition: { [operator]: { [key]: value } } },
  ];
  test.each<[string, readonly StatementText[], World, string]>([
    ['its own tag', tested('aws:PrincipalTag/team', 'a'), { tags: { team: 'a' } }, 'allowed'],
    ['its own tag, another case', tested('aws:PrincipalTag/Team', 'a'), { tags: { team: 'a' } }, 'allowed'],
    ['two tags that differ in case', tested('aws:PrincipalTag/team', 'a'), { tags: { team: 'a', TEAM: 'b' } }, 'open'],
    ['a tag that it lacks', tested('aws:PrincipalTag/team', 'a'), {}, 'refused'],
    ['a session tag of EKS', tested('aws:PrincipalTag/kubernetes-namespace', 'a'), { hasPodTags: true }, 'open'],
    ['such a tag without EKS Pod Identity', tested('aws:PrincipalTag/kubernetes-namespace', 'a'), {}, 'refused'],
    ['the account that a service calls for', tested('aws:SourceAccount', accountId), {}, 'refused'],
    ['no such account', tested('aws:SourceAccount', 'true', 'Null'), {}, 'allowed'],
    ['its account', tested('aws:PrincipalAccount', accountId), {}, 'allowed'],
    ['a key that is not documented', tested('aws:NoSuchKey', 'x'), {}, 'open'],
    ['the time', tested('aws:CurrentTime', '2026-11-02T00:00:00Z', 'DateLessThan'), {}, 'allowed'],
    ['a time that is over', tested('aws:CurrentTime', '2026-10-01T00:00:00Z', 'DateLessThan'), {}, 'refused'],
    ['MFA', tested('aws:MultiFactorAuthPresent', 'true', 'Bool'), {}, 'refused'],
  ])('%s', (_of, statements, world, wanted) => {
    expect(verdictOf(statements, world)).toBe(wanted);
  });

  test('the tag of a resource is the one that it has, or any where it may be each of its kind', () => {
    const statements = tested('aws:ResourceTag/team', 'a');
    expect(verdictOf(statements, {}, { tags: { team: 'a' } })).toBe('allowed');
    expect(verdictOf(statements, {}, { tags: { team: 'b' } })).toBe('refused');
    expect(verdictOf(statements)).toBe('allowed');
  });
});

describe('resources that policies tell apart', () => {
  const shape = 'arn:${Partition}:s3:::${BucketName}/${ObjectName}';
  const apart = (statements: readonly StatementText[]) => resourcesApart(shape, ['s3:GetObject'], askingOf(statements));

  test('a Deny tells them apart too', () => {
    const { arns, isComplete } = apart([allow, { ...deny, Resource: 'arn:aws:s3:::kept/*' }]);
    expect(isComplete).toBe(true);
    expect(arns.map(arn => arn.startsWith('arn:aws:s3:::kept/')).toSorted()).toEqual([false, true]);
  });

  test('a pattern of another kind tells nothing apart', () => {
    expect(apart([{ ...allow, Resource: 'arn:aws:sqs:*:*:*' }, allow]).arns).toHaveLength(1);
  });

  test('one that no policy names, and one of each of its own patterns', () => {
    const asking = askingOf([{ ...allow, Resource: ['arn:aws:s3:::own/*', 'arn:aws:s3:::other/a?'] }]);
    const found = someResources(shape, ['s3:GetObject'], asking);
    expect(found).toHaveLength(3);
    expect(found.map(arn => arn.split(':::')[1]?.split('/')[0])).toEqual(['unnamed', 'own', 'other']);
  });
});
