/** All that each step may do, for each choice of the configuration. */
import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { featuresOf } from '../../lib/infra/features.ts';
import { memberPermissions, stepsWith } from '../../lib/infra/permissions.ts';
import { auditedArnsOf, grantsOf } from '../../lib/infra/resource-arns.ts';
import { whole } from '../support/whole/whole.ts';

const accountId = '111122223333';
const here = {
  ...{ partition: 'aws', region: 'eu-west-1', accountId, tableArn: '<table>', bucketArn: '<bucket>' },
  ...{ deadLettersArn: '<letters>', topicArn: '<topic>', operationsTopicArn: '<operations>', topicKeyArn: '<key>' },
  chatTopicArn: '<chat>',
};

/** A line for each step, action and resource; for a role of members those of its account. */
const linesOf = (choice: object): readonly string[] => {
  const configuration = parseConfiguration(JSON.stringify(choice), 'test');
  const features = featuresOf(configuration);
  const own = stepsWith(features).flatMap(step => [
    `${step}:`,
    ...grantsOf(step, configuration, here).flatMap(({ actions, resources }) =>
      resources.map(resource => `${step}: ${actions.join(', ')} on ${resource}`),
    ),
  ]);
  const members = memberPermissions(features).flatMap(({ actions, on }) =>
    on.flatMap(name => auditedArnsOf(name, here)).map(arn => `member: ${actions.join(', ')} on ${arn}`),
  );
  return [...own, ...members];
};

const slack = { to: 'slack', secretName: 'hooks/slack' };
const choices: readonly object[] = [
  { accounts: { from: 'organization' } },
  { accounts: { from: 'list', accountIds: ['111122223333', '444455556666'] }, memberRole: { name: 'read' } },
  { roleDetails: true },
  { rolePermissions: true },
  { unusedPermissions: true },
  { rbac: true },
  { inCluster: { enabled: true } },
  { inCluster: { enabled: true }, rbac: true },
  { cloudTrail: { enabled: true } },
  { resourceControlPolicies: true },
  { resourceControlPolicies: true, accounts: { from: 'organization' } },
  { resourceControlPolicies: true, rolePermissions: true },
  { resourceControlPolicies: true, unusedPermissions: true },
  { customerKey: true },
  { weeklySummary: { enabled: true } },
  { weeklySummary: { enabled: true }, operations: { to: 'email', addresses: ['ops@example.com'] } },
  { fastLane: { enabled: true, organizationId: 'o-a1b2c3d4e5' }, name: 'other' },
  { notifications: [{ to: 'email', addresses: ['a@example.com'] }] },
  { notifications: [{ to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' }] },
  { notifications: [slack, { to: 'teams', secretName: 'hooks/teams' }] },
  { notifications: [{ to: 'webhook', secretName: 'hooks/own' }] },
  { eventBridge: { enabled: true } },
  { securityHub: { enabled: true } },
];

test('each step may do what the configuration asks for, and nothing else', () => {
  const usual = linesOf({});
  whole('the defaults', usual, usual.length);
  for (const choice of choices) {
    const other = linesOf(choice);
    whole(JSON.stringify(choice), [
      { less: usual.filter(line => !other.includes(line)), more: other.filter(line => !usual.includes(line)) },
    ]);
  }
  expect(usual.length).toBeGreaterThan(20);
});

test('the roles of fifty listed accounts are named, those of more by a pattern', () => {
  const assumed = (count: number): readonly string[] => {
    const accountIds = Array.from({ length: count }, (_, at) => String(200_000_000_000 + at));
    return linesOf({ accounts: { from: 'list', accountIds } }).filter(line =>
      line.startsWith('collect-account: sts:AssumeRole on'),
    );
  };
  expect([49, 50, 51].map(count => assumed(count).length)).toEqual([49, 50, 1]);
  expect(assumed(51)).toEqual(['collect-account: sts:AssumeRole on arn:aws:iam::*:role/irsa-auditor-read']);
});
