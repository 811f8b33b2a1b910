import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { rolePermissionsUnused } from '../../../lib/rules/reach/role-permissions-unused.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { allowing, type UsedWorld, usedWorld } from './used-world.ts';

const judged = (facts: Facts) => {
  const { findings, undecided, gaps } = evaluate(facts, { rules: [rolePermissionsUnused] });
  expect(gaps.filter(({ section }) => section === 'rule')).toEqual([]);
  return { findings, undecided: undecided.map(({ kind, missing }) => `${kind}: ${missing}`) };
};
const toldOf = (facts: Facts) => judged(facts).findings.map(({ data }) => data.services);
const statementsOf = (facts: Facts) =>
  judged(facts)
    .findings.flatMap(({ evidence }) => evidence)
    .filter(({ what }) => what.startsWith('actions of') || what.startsWith('statements that'))
    .map(({ what, got, wanted }) => [what, got, wanted]);

describe('services that a role never called', () => {
  test('are told with each statement that names them, before and after', () => {
    const facts = usedWorld(['s3:Get*', 'SQS:*', 'dynamodb:PutItem'], ['dynamodb', 'sqs']);
    const [finding] = judged(facts).findings;
    expect(finding).toMatchObject({
      severity: 'info',
      impact: 'hygiene',
      message:
        'role checkout-cart never called 2 of the 3 services that its policies allow, in the 400 days that IAM tracks: dynamodb, sqs',
    });
    expect(finding?.fix.choice).toContain('IAM does not tell when a policy was attached');
    expect(statementsOf(facts)).toEqual([['actions of Work of own', 's3:Get*, SQS:*, dynamodb:PutItem', 's3:Get*']]);
  });

  test('a statement of them alone can go', () => {
    expect(statementsOf(usedWorld(['sqs:*'], ['sqs']))).toEqual([
      ['actions of Work of own', 'sqs:*', 'no such statement'],
    ]);
  });

  test.each<readonly [string, object, readonly string[], unknown]>([
    [
      'every action',
      { Action: '*' },
      ['sqs'],
      [['statements that name no service', 'Work of own', 'the actions that are needed, by name']],
    ],
    [
      'a wildcard in the service',
      { Action: ['s*:Send', 'sqs:*'] },
      ['sqs'],
      [
        ['actions of Work of own', 's*:Send, sqs:*', 's*:Send'],
        ['statements that name no service', 'Work of own', 'the actions that are needed, by name'],
      ],
    ],
    [
      'NotAction',
      { Action: undefined, NotAction: 'iam:*' },
      ['sqs'],
      [['statements that name no service', 'Work of own', 'the actions that are needed, by name']],
    ],
    ['a statement that denies', { Effect: 'Deny', Action: 'sqs:*' }, ['sqs'], []],
  ])('%s cannot be edited by what was not used, and is named', (_, more, unused, wanted) => {
    expect(statementsOf(usedWorld([], unused, { held: allowing([], more) }))).toEqual(wanted);
  });
});

test.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
  ['KMS, which other services call for the role', ['kms:Decrypt'], ['kms'], []],
  ['connections to a database, which are no API call', ['rds-db:connect', 'sqs:*'], ['rds-db', 'sqs'], ['sqs']],
  ['IAM where a role may be passed', ['iam:PassRole'], ['iam'], []],
  ['IAM where a wildcard holds PassRole', ['iam:P*'], ['iam'], []],
  ['IAM where everything is allowed', ['*'], ['iam', 'sqs'], ['sqs']],
  ['IAM where reading alone is allowed', ['iam:GetRole'], ['iam'], ['iam']],
  ['a service that the report does not list', ['sqs:*', 'sns:*'], ['sns'], ['sns']],
])('%s', (_, actions, unused, told) => {
  expect(toldOf(usedWorld(actions, unused))).toEqual(told.length === 0 ? [] : [told.join(', ')]);
});

const denied = {
  kind: 'denied',
  operation: 'iam:GenerateServiceLastAccessedDetails',
  message: 'not authorized',
} as const;
const day = (date: string): string => `${date}T06:00:00.000Z`;

test.each<readonly [string, UsedWorld, readonly string[]]>([
  ['a role that was made within ninety days', { role: { createdAt: '2026-08-03T06:00:00.001Z' } }, []],
  ['a role that was not used within ninety days', { lastUsedAt: day('2026-08-03') }, []],
  [
    'a role of which nobody knows when it was made',
    { role: { createdAt: 'nonsense' } },
    ['unread: when role checkout-cart was created'],
  ],
  ['a role that was not asked about', { use: undefined }, ['unread: which services role checkout-cart called']],
  [
    'a refused report',
    { use: unavailable(denied) },
    ['unread: which services role checkout-cart called (iam:GenerateServiceLastAccessedDetails: not authorized)'],
  ],
  [
    'a managed policy that was not read',
    { held: { ...allowing(['sqs:*']), attached: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'] } },
    ['unread: policy arn:aws:iam::aws:policy/AmazonSQSFullAccess of role checkout-cart'],
  ],
])('%s is no finding', (_, over, undecided) => {
  expect(judged(usedWorld(['sqs:*'], ['sqs'], over))).toEqual({ findings: [], undecided });
});

test('a role of exactly ninety days that was used a moment later is told', () => {
  const at = { role: { createdAt: day('2026-08-03') }, lastUsedAt: '2026-08-03T06:00:00.001Z' };
  expect(toldOf(usedWorld(['sqs:*'], ['sqs'], at))).toEqual(['sqs']);
});

const someServices = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `service${at}`);
const actionsOf = (services: readonly string[]): readonly string[] => services.map(name => `${name}:*`);

test.each([
  [8, someServices(8).join(', ')],
  [9, `${someServices(8).join(', ')} and 1 more`],
])('of %i services the first eight are named', (count, named) => {
  expect(toldOf(usedWorld(actionsOf(someServices(count)), someServices(count)))).toEqual([named]);
});

test('of many statements with unused actions the first are shown', () => {
  const Statement = someServices(30).map(name => ({ Effect: 'Allow', Action: `${name}:*`, Resource: '*' }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const held = { ...allowing([]), inline: [{ name: 'own', document }] };
  const shown = statementsOf(usedWorld([], someServices(30), { held }));
  expect(shown[0]).toEqual(['actions of Statement[0] of own', 'service0:*', 'no such statement']);
  expect(shown.length).toBeLessThan(30);
});

const ofAws = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';
const ofAccount = 'arn:aws:iam::111122223333:policy/queues';

test.each([
  [[], 'no managed policy', [false, false]],
  [[ofAws], 'a policy of AWS', [true, false]],
  [[ofAccount], 'a policy of the account', [false, true]],
  [[ofAws, ofAccount], 'one of each', [true, true]],
] as const)('with %j the choice says what cannot be edited, and what others share: %s', (attached, _of, wanted) => {
  const facts = usedWorld(['sqs:*'], ['sqs'], { held: { ...allowing(['sqs:*']), attached: [...attached] } });
  const document = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: '*' } });
  const { rolePermissions } = facts.snapshot;
  if (rolePermissions?.status !== 'complete') throw new Error('no permissions');
  const policies = { [ofAws]: complete(document), [ofAccount]: complete(document) };
  const read = { ...rolePermissions, value: { ...rolePermissions.value, policies } };
  const [finding] = judged({ ...facts, snapshot: { ...facts.snapshot, rolePermissions: read } }).findings;
  const { choice = '' } = finding?.fix ?? {};
  expect([choice.includes('A policy of AWS cannot'), choice.includes('Other roles may have')]).toEqual(wanted);
});

test('a role whose permissions were not listed is undecided', () => {
  const facts = usedWorld(['sqs:*'], ['sqs']);
  const rolePermissions = complete({ roles: {}, policies: {}, levels: {} });
  expect(judged({ ...facts, snapshot: { ...facts.snapshot, rolePermissions } })).toEqual({
    findings: [],
    undecided: ['unread: the policies of role checkout-cart'],
  });
});
