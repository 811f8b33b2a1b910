import { expect, test } from '@jest/globals';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { RolePermissions } from '../../lib/model/role-permissions.ts';
import { unusedServices } from '../../lib/reach/unused-services.ts';

const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const document = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(one => ({ Effect: 'Allow', Resource: '*', ...one })),
  });
const held = (inline: string, attached: readonly string[] = []): RolePermissions => ({
  ...{ inline: [{ name: 'own', document: inline }], attached, tags: {}, instanceProfiles: [] },
});
const none = { services: [], statements: [], unnamed: [], untold: [], unread: [] };
const refused = { kind: 'denied', operation: 'iam:GetPolicy', message: 'no' } as const;

test('services of a role: those that a statement names come first, then all by name', () => {
  const statements = document({ Sid: 'Queue', Action: ['SQS:Send', 's3:Get'] }, { Sid: 'Table', Action: 'dynamodb:*' });
  expect(unusedServices(held(statements), { policies: {} }, ['athena', 'sqs', 'zocalo', 'dynamodb'])).toEqual({
    ...none,
    services: ['dynamodb', 'sqs', 'athena', 'zocalo'],
    statements: [
      { policy: 'own', label: 'Queue', before: ['SQS:Send', 's3:Get'], after: ['s3:Get'] },
      { policy: 'own', label: 'Table', before: ['dynamodb:*'], after: [] },
    ],
  });
});

test('statements that name no service, services that nobody can tell, and policies that were not read', () => {
  const own = document(
    { Sid: 'All', Action: '*' },
    { Sid: 'Rest', NotAction: 'iam:*' },
    { Sid: 'Never', Effect: 'Deny', Action: 'sqs:*' },
    { Sid: 'Kept', Action: 'sqs:Send' },
  );
  const attached = [managed('Read'), managed('Refused'), managed('Absent'), managed('Odd')];
  const policies = {
    [managed('Read')]: complete(document({ Sid: 'Wide', Action: '*' })),
    [managed('Refused')]: unavailable<string>(refused),
    [managed('Odd')]: complete('no policy'),
  };
  expect(unusedServices(held(own, attached), { policies }, ['kms', 'iam', 'sqs', 'rds-db'])).toEqual({
    services: ['sqs'],
    statements: [{ policy: 'own', label: 'Kept', before: ['sqs:Send'], after: [] }],
    unnamed: ['All of own', 'Rest of own', 'Wide of Read'],
    untold: ['kms', 'iam', 'rds-db'],
    unread: [managed('Refused'), managed('Absent'), managed('Odd')],
  });
});

test.each([
  ['iam:PassRole', []],
  ['iam:CreateServiceLinkedRole', []],
  ['iam:GetRole', ['iam']],
])('whether %s was called, IAM tells or not', (Action, services) => {
  const found = unusedServices(held(document({ Sid: 'A', Action })), { policies: {} }, ['iam']);
  expect([found.services, found.untold]).toEqual([services, services.length === 0 ? ['iam'] : []]);
});
