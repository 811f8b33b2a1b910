/** Roles that were not read, that nobody may change, and requests that only some of a role's statements allow. */
import { describe, expect, test } from '@jest/globals';
import {
  account,
  administratorAccess,
  byPods,
  everything,
  wholeLevelOfApp as levelOfApp,
  policyArn,
  policyOf,
  roleArn,
  type SmallAccount,
  type SmallRole,
  type StatementText,
} from './reach-world.ts';

const root = `arn:aws:iam::${account}:root`;
const byRoot = { AWS: root };
const elsewhere = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
const app = (statements: readonly StatementText[], over: Partial<SmallRole> = {}): SmallRole => ({
  name: 'app',
  trusts: byPods,
  inline: statements.length === 0 ? [] : [policyOf(...statements)],
  ...over,
});
const levelWith = (
  statements: readonly StatementText[],
  roles: readonly SmallRole[] = [],
  over: Partial<SmallRole> = {},
  more: Partial<SmallAccount> = {},
) => levelOfApp({ roles: [app(statements, over), ...roles], ...more });
const assume = (name: string, over: StatementText = {}): StatementText => ({
  Action: 'sts:AssumeRole',
  Resource: roleArn(name),
  ...over,
});

describe('everything but IAM', () => {
  const allButIam = { NotAction: 'iam:*', Resource: '*' };

  test.each([
    ['iam:*', 'administrator'],
    ['iam:Put*', 'can-become-administrator'],
    ['iam:Get*', 'reads-secrets'],
  ])('and %s beside it', (Action, level) => {
    expect(levelWith([allButIam, { Action, Resource: '*' }])).toMatchObject({ level });
  });
});

describe('what was not read', () => {
  test('the policies of the role', () => {
    expect(levelWith([], [], { isUnread: true })).toEqual({
      level: 'unknown',
      because: 'its policies were not read',
      isAsked: true,
    });
  });

  test('a policy whose text is none', () => {
    const attached = [policyArn('odd')];
    expect(levelWith([], [], { attached }, { policies: { [policyArn('odd')]: 'no policy' } })).toEqual({
      level: 'unknown',
      because: `${policyArn('odd')} is no policy`,
      isAsked: true,
    });
  });

  test('the policies of a role that it assumes', () => {
    const middle: SmallRole = { name: 'middle', trusts: byRoot, isUnread: true };
    expect(levelWith([assume('middle')], [middle])).toMatchObject({
      level: 'can-become-role',
      mayBe: {
        level: 'can-become-administrator',
        because: `whether ${roleArn('middle')} is an administrator is not known: its policies were not read`,
      },
    });
  });

  test('whether a role is in an instance profile', () => {
    const node = (over: Partial<SmallRole>): SmallRole => ({
      name: 'node',
      trusts: { Service: 'ec2.amazonaws.com' },
      attached: [administratorAccess],
      ...over,
    });
    const runs = [{ Action: ['ec2:RunInstances', 'iam:PassRole'], Resource: '*' }];
    expect(levelWith(runs, [node({ inProfile: true })]).level).toBe('can-become-administrator');
    expect(levelWith(runs, [node({})])).toMatchObject({ level: 'changes-data' });
    expect(levelWith(runs, [node({})]).mayBe).toBeUndefined();
    expect(levelWith(runs, [node({ isUnread: true })]).mayBe).toMatchObject({
      because: expect.stringContaining('whether it is in an instance profile was not read'),
    });
  });
});

describe('a role that is taken only with a tag', () => {
  const tag = { StringEquals: { 'aws:ResourceTag/team': 'cart' } };
  const target = (over: Partial<SmallRole> = {}): SmallRole => ({
    ...{ name: 'target', trusts: byRoot, attached: [administratorAccess] },
    ...over,
  });
  const allowed = { Action: ['sts:AssumeRole', 'iam:TagRole'], Resource: roleArn('target') };
  const withTag = [assume('target', { Condition: tag }), { ...allowed, Action: 'iam:TagRole' }];

  const open = expect.stringContaining('the role has to be given the tag that is asked for');
  test.each<[string, readonly StatementText[], Partial<SmallRole>, object]>([
    ['has it', withTag, { tags: { team: 'cart' } }, { level: 'can-become-administrator' }],
    [
      'can be given it',
      withTag,
      {},
      { level: 'changes-data', mayBe: { level: 'can-become-administrator', because: open, way: expect.anything() } },
    ],
    ['is kept by a service', withTag, { path: '/aws-service-role/ecs.amazonaws.com/' }, { level: 'changes-data' }],
    ['may not be given it', withTag.slice(0, 1), {}, { level: 'little' }],
  ])('%s', (_, statements, over, { level, mayBe }: { readonly level?: string; readonly mayBe?: object }) => {
    const found = levelWith(statements, [target(over)]);
    expect({ level: found.level, mayBe: found.mayBe }).toEqual({ level, mayBe });
  });
});

describe('a role that may change itself where it has a tag', () => {
  const change = {
    ...{ Action: 'iam:PutRolePolicy', Resource: roleArn('app') },
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'cart' } },
  };
  const tagWith = (keys: readonly string[]): StatementText => ({
    ...{ Action: 'iam:TagRole', Resource: roleArn('app') },
    Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': keys } },
  });
  test.each<[string, readonly StatementText[], Partial<SmallRole>, string, string | undefined]>([
    ['has it', [change], { tags: { team: 'cart' } }, 'can-become-administrator', undefined],
    ['may give it to itself', [change, tagWith(['team'])], {}, 'can-become-administrator', undefined],
    ['may give itself another one alone', [change, tagWith(['tier'])], {}, 'changes-data', undefined],
    ['may give itself none', [change], {}, 'little', undefined],
  ])('%s', (_, statements, over, level, mayBe) => {
    const found = levelWith(statements, [], over);
    expect([found.level, found.mayBe?.level]).toEqual([level, mayBe]);
  });
});

test('what several tags that a role gives itself depend on is told once', () => {
  const tags = { 'aws:PrincipalTag/team': 'cart', 'aws:PrincipalTag/tier': 'web' };
  const statements = [
    { Action: 'iam:TagRole', Resource: roleArn('app'), Condition: elsewhere },
    { Action: '*', Resource: '*', Condition: { StringEquals: tags } },
  ];
  const { because = '' } = levelWith(statements).mayBe ?? {};
  expect(because.split('; ')).toEqual([
    'iam:TagRole: IpAddress on aws:SourceIp: it depends on where the request comes from',
  ]);
});

describe('a role that is changed and assumed', () => {
  const changes = [{ Action: ['iam:PutRolePolicy', 'sts:AssumeRole'], Resource: roleArn('target') }];
  const target = (over: Partial<SmallRole> = {}): SmallRole => ({ name: 'target', trusts: byRoot, ...over });

  test('becomes an administrator', () => {
    expect(levelWith(changes, [target()])).toMatchObject({
      level: 'can-become-administrator',
      way: { way: 'iam-017' },
    });
  });

  test.each(['/aws-service-role/ecs.amazonaws.com/', '/aws-reserved/sso.amazonaws.com/'])(
    'stays as it is where a service keeps it: %s',
    path => {
      expect(levelWith(changes, [target({ path })]).level).toBe('can-become-role');
    },
  );

  test('keeps its own Deny', () => {
    const inline = [policyOf({ Effect: 'Deny', Action: 'iam:*', Resource: '*' })];
    expect(levelWith(changes, [target({ inline })]).level).toBe('can-become-role');
  });

  test.each<[string, string | undefined, string]>([
    ['that boundary', 'bound', 'can-become-administrator'],
    ['another one', 'other', 'can-become-role'],
    ['none', undefined, 'can-become-role'],
  ])('under a test on its boundary, with %s', (_of, boundary, wanted) => {
    const tested = [
      {
        Action: 'iam:PutRolePolicy',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': policyArn('bound') } },
      },
      assume('target'),
    ];
    const policies = { [policyArn('bound')]: everything, [policyArn('other')]: everything };
    const roles = [target(boundary === undefined ? {} : { boundary: policyArn(boundary) })];
    expect(levelWith(tested, roles, {}, { policies }).level).toBe(wanted);
  });

  test('is assumed only where it trusts the one that asks', () => {
    const roles = [target({ trusts: { AWS: roleArn('other') } })];
    expect(levelWith(changes, roles).level).not.toMatch(/become/);
  });
});

describe('roles that are assumed', () => {
  test.each([
    [
      'by the name of a session',
      { AWS: `arn:aws:sts::${account}:assumed-role/app/anything` },
      'little',
      'can-become-administrator',
    ],
    ['by the number of the account', { AWS: account }, 'can-become-administrator', undefined],
    ['by the root of the account', byRoot, 'can-become-administrator', undefined],
    ['of a session of another role', { AWS: `arn:aws:sts::${account}:assumed-role/other/x` }, 'little', undefined],
  ])('%s', (_of, trusts, level, may) => {
    const top: SmallRole = { name: 'top', trusts, attached: [administratorAccess] };
    const found = levelWith([assume('top')], [top]);
    expect([found.level, found.mayBe?.level]).toEqual([level, may]);
  });

  test('only where a test of their trust policy holds', () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/team': 'a' } };
    const top: SmallRole = { name: 'top', trusts: byRoot, condition, attached: [administratorAccess] };
    expect(levelWith([assume('top')], [top], { tags: { team: 'a' } }).level).toBe('can-become-administrator');
    expect(levelWith([assume('top')], [top], { tags: { team: 'b' } })).toEqual({ level: 'little' });
  });

  test('many of them are counted, and twenty are named', () => {
    const many = Array.from({ length: 25 }, (_, at): SmallRole => ({ name: `r-${at}`, trusts: byRoot }));
    const found = levelWith([assume('r-*')], many);
    expect(found).toMatchObject({ level: 'can-become-role', count: 25 });
    expect(found.level === 'can-become-role' ? found.roles : []).toHaveLength(20);
  });

  test('of those that may be assumed too, only the certain ones are counted and named', () => {
    const named = (name: string): SmallRole => ({ name, trusts: byRoot });
    const found = levelWith(
      [assume('sure-*'), assume('open-*', { Condition: elsewhere })],
      ['open-1', 'sure-1', 'open-2', 'sure-2'].map(named),
    );
    expect(found).toMatchObject({
      ...{ level: 'can-become-role', count: 2, roles: ['sure-1', 'sure-2'].map(roleArn) },
    });
  });

  test('one that may be assumed is told as open, before weaker doubts', () => {
    const middle: SmallRole = { name: 'middle', trusts: byRoot };
    expect(levelWith([assume('middle', { Condition: elsewhere })], [middle])).toMatchObject({
      level: 'little',
      mayBe: { level: 'can-become-role', way: { way: 'sts-001', role: roleArn('middle') } },
    });
  });

  test('roles that assume each other end nowhere, and a longer chain names each', () => {
    const ring: readonly SmallRole[] = [
      { name: 'a', trusts: byRoot, inline: [policyOf(assume('b'))] },
      { name: 'b', trusts: byRoot, inline: [policyOf(assume('a'), assume('app'))] },
    ];
    expect(
      levelWith([assume('a')], ring, { trustPolicy: policyOf({ Principal: byRoot, Action: 'sts:AssumeRole' }) }),
    ).toMatchObject({ level: 'can-become-role', roles: [roleArn('a')] });
    const long: readonly SmallRole[] = [
      ...ring.slice(0, 1),
      { name: 'b', trusts: byRoot, inline: [policyOf(assume('c'))] },
      { name: 'c', trusts: byRoot, attached: [administratorAccess] },
    ];
    expect(levelWith([assume('a')], long)).toMatchObject({
      level: 'can-become-administrator',
      through: [roleArn('a'), roleArn('b'), roleArn('c')],
    });
  });
});

test('a Deny of EKS Pod Identity in a trust policy gives the role no session tags', () => {
  const trustPolicy = policyOf(
    { Principal: byPods, Action: 'sts:AssumeRoleWithWebIdentity' },
    { Effect: 'Deny', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  );
  const tested = {
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'a' } },
  };
  const tags = { 'kubernetes-namespace': 'a' };
  expect(levelWith([tested], [], { trustPolicy, tags })).toMatchObject({ level: 'reads-data' });
  expect(levelWith([tested], [], { trusts: { Service: 'pods.eks.amazonaws.com' }, tags })).toMatchObject({
    level: 'little',
    mayBe: { level: 'reads-data' },
  });
});

describe('of several answers', () => {
  test('the certain way comes before one that is open', () => {
    const put = { Action: 'iam:PutRolePolicy', Resource: '*', Condition: elsewhere };
    const attach = { Action: 'iam:AttachRolePolicy', Resource: roleArn('app') };
    expect(levelWith([put, attach])).toMatchObject({ level: 'can-become-administrator', way: { way: 'iam-009' } });
  });

  test('the strongest level of data that is open is told', () => {
    const open = (Action: string) => ({ Action, Resource: '*', Condition: elsewhere });
    expect(levelWith([open('kms:Decrypt'), open('sqs:SendMessage'), open('s3:GetObject')])).toMatchObject({
      level: 'little',
      mayBe: { level: 'reads-secrets' },
    });
  });
});
