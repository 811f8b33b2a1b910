import { expect, test } from '@jest/globals';
import { golden } from '../support/golden.ts';
import {
  auditorStack,
  everything,
  everythingFast,
  type Json,
  memberRoleStack,
  templateOf,
} from '../support/synthesized.ts';
import { differences, templateText } from '../support/template-text.ts';

/** The whole of what is deployed, as text for a reviewer: each resource with its permissions, alarms, schedules, states, retries and
 *  variables. What choices of the configuration add or take away stands in a file of its own. */
const template = (configuration: object, keepData?: boolean): Json =>
  templateOf(auditorStack(configuration, keepData, '0.1.0'));

const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
const email = { to: 'email', addresses: ['platform@example.com', 'Platform@example.com'] };

/** Choices over a configuration that says nothing; those that stand together change different resources. */
const choices: readonly (readonly [title: string, configuration: object, keepData?: boolean])[] = [
  [
    'listed accounts, last use of roles',
    { accounts: { from: 'list', accountIds: ['111122223333', '444455556666'] }, roleDetails: true },
  ],
  [
    'an organization, levels of roles',
    { accounts: { from: 'organization' }, rolePermissions: true, resourceControlPolicies: true },
  ],
  ['control policies, unused permissions', { resourceControlPolicies: true, unusedPermissions: true }],
  [
    'control policies alone, access entries without the inside of clusters',
    { resourceControlPolicies: true, rbac: true },
    false,
  ],
  [
    'the inside of clusters, in a network',
    { inCluster: everything.inCluster, rbac: true, cloudTrail: { enabled: true } },
  ],
  ['a key of the account, the weekly summary', { customerKey: true, weeklySummary: { enabled: true } }],
  [
    'another name, schedule and retention',
    {
      name: 'other',
      memberRole: { name: 'read', externalId: 'external' },
      accounts: { from: 'list', accountIds: ['111122223333'] },
      schedule: { expression: 'cron(0 6 ? * MON *)', timeZone: 'Europe/Berlin', enabled: false },
      accountsAtOnce: 3,
      retention: { snapshotDays: 7, logDays: 8 },
    },
  ],
  [
    'destinations that read a topic',
    {
      notifications: [
        {
          ...email,
          when: { minSeverity: 'high', clusters: ['prod'], rules: ['role-unused'], transitions: ['opened'] },
        },
        channel,
        { ...channel, channelId: 'C0', topicOnly: true },
      ],
      operations: channel,
    },
  ],
  [
    'destinations that are called',
    {
      notifications: [
        { to: 'slack', secretName: 'hooks/slack' },
        { to: 'teams', secretName: 'hooks/teams' },
        { to: 'webhook', secretName: 'hooks/slack' },
      ],
      eventBridge: { enabled: true },
      securityHub: { enabled: true },
    },
  ],
  [
    'the fast lane of an organization, the dashboard',
    { dashboard: true, operations: email, fastLane: { enabled: true, organizationId: 'o-a1b2c3d4e5' } },
  ],
];

test('the role of a member account', () => {
  golden('template/member-role.yaml', templateText(templateOf(memberRoleStack(everythingFast))));
});

test('what each choice adds to the role of a member account or takes away', () => {
  const role = (configuration: object): Json => templateOf(memberRoleStack(configuration));
  const plain = role({});
  const told = choices.map(
    ([title, configuration]) => `# ${title}\n${differences(plain, role(configuration)) || 'nothing\n'}`,
  );
  golden('template/member-choices.txt', told.join('\n'));
});

test('nothing but the defaults, and what each choice adds or takes away', () => {
  const plain = template({});
  golden('template/defaults.yaml', templateText(plain));
  const told = choices.map(([title, configuration, keepData]) => {
    const made = differences(plain, template(configuration, keepData));
    return `# ${title}: ${JSON.stringify(configuration)}\n${made}`;
  });
  expect(told).toHaveLength(choices.length);
  golden('template/choices.txt', told.join('\n'));
});
