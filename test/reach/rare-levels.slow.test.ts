/** Chains of roles of which a part is open, and trust policies that name others beside. */
import { describe, expect, test } from '@jest/globals';
import {
  account,
  administratorAccess,
  byPods,
  everything,
  levelOfApp,
  policyArn,
  policyOf,
  roleArn,
  type SmallAccount,
  type SmallRole,
  type StatementText,
} from './reach-world.ts';

const byRoot = { AWS: `arn:aws:iam::${account}:root` };
/** Whether it holds is not known. */
const open = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
const assume = (name: string, over: StatementText = {}): StatementText => ({
  ...{ Action: 'sts:AssumeRole', Resource: roleArn(name) },
  ...over,
});
const app = (statements: readonly StatementText[], over: Partial<SmallRole> = {}): SmallRole => ({
  ...{ name: 'app', trusts: byPods, inline: statements.length === 0 ? [] : [policyOf(...statements)] },
  ...over,
});
const other = (name: string, over: Partial<SmallRole> = {}): SmallRole => ({ name, trusts: byRoot, ...over });
const level = (
  statements: readonly StatementText[],
  roles: readonly SmallRole[] = [],
  over: Partial<SmallRole> = {},
  more: Partial<SmallAccount> = {},
) => levelOfApp({ roles: [app(statements, over), ...roles], ...more });
const top = other('top', { attached: [administratorAccess] });

describe('a chain of roles', () => {
  test('is certain by a longer way, though the short one is open', () => {
    const middle = other('middle', { inline: [policyOf(assume('top'))] });
    expect(level([assume('top', { Condition: open }), assume('middle')], [top, middle])).toMatchObject({
      level: 'can-become-administrator',
      through: [roleArn('middle'), roleArn('top')],
    });
  });

  test('ends where the last role makes itself an administrator, for certain or perhaps', () => {
    const raises = (over: StatementText = {}) =>
      other('last', { inline: [policyOf({ Action: 'iam:PutRolePolicy', Resource: roleArn('last'), ...over })] });
    expect(level([assume('last')], [raises()])).toMatchObject({
      ...{ level: 'can-become-administrator', through: [roleArn('last')] },
    });
    const perhaps = level([assume('last')], [raises({ Condition: open })]);
    expect([perhaps.level, perhaps.mayBe?.level]).toEqual(['can-become-role', 'can-become-administrator']);
    expect(perhaps.mayBe?.because).toMatch(/^iam:PutRolePolicy: /);
  });

  test('ends with the reason for which the last role is perhaps an administrator', () => {
    const last = other('last', { inline: [policyOf({ Action: '*', Resource: '*', Condition: open })] });
    const perhaps = level([assume('last')], [last]);
    expect([perhaps.level, perhaps.mayBe?.level]).toEqual(['can-become-role', 'can-become-administrator']);
    expect(perhaps.mayBe?.because).not.toBe('');
    const both = level([assume('last', { Condition: open })], [last]);
    expect(both.mayBe?.because.split('; ').length).toBeGreaterThan(perhaps.mayBe?.because.split('; ').length ?? 0);
  });
});

describe('who a role trusts', () => {
  test.each<[string, SmallRole['trusts'], string]>([
    ['the service, as China names it', { Service: 'lambda.amazonaws.com.cn' }, 'can-become-administrator'],
    ['the service', { Service: 'lambda.amazonaws.com' }, 'can-become-administrator'],
    ['another service', { Service: 'ecs-tasks.amazonaws.com' }, 'changes-data'],
    ['everyone', { AWS: '*' }, 'changes-data'],
  ])('a function can be given a role that trusts %s', (_, trusts, wanted) => {
    const runs = [{ Action: ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'], Resource: '*' }];
    expect(level(runs, [{ ...top, trusts }]).level).toBe(wanted);
  });

  test.each<[string, SmallRole['trusts'], string]>([
    ['it and a service', { Service: 'ec2.amazonaws.com', AWS: roleArn('app') }, 'can-become-administrator'],
    ['it and another role', { AWS: [roleArn('x'), roleArn('app')] }, 'can-become-administrator'],
    ['another role alone', { AWS: roleArn('x') }, 'little'],
    ['a service alone', { Service: 'ec2.amazonaws.com' }, 'little'],
    ['everyone', { AWS: '*' }, 'can-become-administrator'],
  ])('a role is assumed that trusts %s', (_, trusts, wanted) => {
    expect(level([assume('top')], [{ ...top, trusts }]).level).toBe(wanted);
  });

  test('a trust policy that is none trusts nobody that is known', () => {
    expect(level([assume('top')], [{ ...top, trustPolicy: 'none' }])).toEqual({ level: 'little' });
  });
});

describe('a role within a boundary that it may take away', () => {
  const takesAway = { Action: 'iam:DeleteRolePermissionsBoundary', Resource: roleArn('app') };
  const bound = policyArn('bound');
  const policies = { [bound]: policyOf(takesAway, { Action: 's3:GetObject', Resource: '*' }) };
  const bounded = (statements: readonly StatementText[]) =>
    level([takesAway, ...statements], [], { boundary: bound }, { policies });
  const steps = (found: ReturnType<typeof level>) =>
    found.level === 'can-become-administrator' ? found.way.steps.map(({ action }) => action) : found.level;

  test('is an administrator then, or makes itself one, or neither', () => {
    expect(steps(bounded([{ Action: '*', Resource: '*' }]))).toEqual(['iam:DeleteRolePermissionsBoundary']);
    expect(steps(bounded([{ Action: 'iam:PutRolePolicy', Resource: '*' }]))).toEqual([
      'iam:DeleteRolePermissionsBoundary',
      'iam:PutRolePolicy',
    ]);
    expect(steps(bounded([{ Action: 's3:*', Resource: '*' }]))).not.toContain('iam:DeleteRolePermissionsBoundary');
  });

  test('is one perhaps, with the reason', () => {
    for (const statement of [
      { Action: '*', Resource: '*', Condition: open },
      { Action: 'iam:PutRolePolicy', Resource: '*', Condition: open },
    ]) {
      const { mayBe } = bounded([statement]);
      expect(mayBe).toMatchObject({ level: 'can-become-administrator', way: { way: 'boundary-delete' } });
      expect(mayBe?.because).toMatch(/aws:SourceIp|192\.0\.2/i);
    }
  });
});

test('under a control policy that does not name it, a service that the table does not know is no data', () => {
  const controls = (action: string) => [[policyOf({ Action: [action, 's3:*'], Resource: '*' })]];
  const unknown = [{ Action: 'brandnew:Do', Resource: '*' }];
  expect(level(unknown, [], {}, { controls: controls('brandnew:*') })).toMatchObject({
    ...{ level: 'little', mayBe: { level: 'changes-data' } },
  });
  expect(level(unknown, [], {}, { controls: controls('sqs:*') })).toEqual({ level: 'little' });
  expect(level(unknown, [], {}, { controls: [[everything]] })).toMatchObject({ mayBe: { level: 'changes-data' } });
});

const x = (length: number): string => 'x'.repeat(length);
test.each<readonly [key: string, operator: string, taken: readonly string[], refused: readonly string[]]>([
  [
    'DurationSeconds',
    'NumericEquals',
    ['900', '1000', '9999', '39999', '42999', '43199', '43200'],
    ['99', '899', '43201', '44000', '50000', '100000'],
  ],
  ['RoleSessionName', 'StringEquals', [x(2), x(64)], [x(1), x(65), 'a b']],
  ['SourceIdentity', 'StringEquals', [x(2), x(64)], [x(1), x(65), 'a b']],
  ['ExternalId', 'StringEquals', [x(2), x(65), 'a/b:c'], [x(1), 'a b']],
])('a role is assumed by any %s that a request can have', (key, operator, taken, refused) => {
  const levelBy = (value: string) =>
    level([assume('top')], [{ ...top, condition: { [operator]: { [`sts:${key}`]: value } } }]).level;
  expect([taken.map(levelBy), refused.map(levelBy)]).toEqual([
    taken.map(() => 'can-become-administrator'),
    refused.map(() => 'little'),
  ]);
});
