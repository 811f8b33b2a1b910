import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { choicesOf } from '../../lib/audit/choices-of.ts';
import { ConfigurationInvalid, parseConfiguration, periodOf, watchedPeriod } from '../../lib/config/configuration.ts';

const read = (document: unknown) => choicesOf(parseConfiguration(JSON.stringify(document), 'irsa-auditor.config.json'));
const vpc = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] };
const waiver = { rule: 'trust-any-subject', subject: '*', reason: 'known', owner: 'platform', expires: '2026-12-31' };

describe('a configuration', () => {
  test('that says nothing is whole', () => {
    const configuration = parseConfiguration('{}', 'x');
    expect(configuration.accounts).toEqual({ from: 'self' });
    expect(configuration.minSeverity).toBe('low');
    expect(configuration.inCluster.enabled).toBe(false);
  });

  test('that ships is valid', () => {
    expect(() =>
      parseConfiguration(readFileSync('irsa-auditor.config.json', 'utf8'), 'irsa-auditor.config.json'),
    ).not.toThrow();
  });

  test('may waive and override what exists', () => {
    const exact = {
      ...waiver,
      subject: 'arn:aws:iam::111122223333:role/x',
      finding: 'system:serviceaccount:shop:*',
      upTo: 'high',
    };
    const choices = read({ waivers: [exact], rules: { 'role-unused': { enabled: false } } });
    expect(choices.waivers[0]?.upTo).toBe('high');
    expect(choices.overrides['role-unused']?.enabled).toBe(false);
  });

  test.each<readonly [string, object, string]>([
    ['all subjects', { subject: '*' }, 'waivers.0.subject: got "*", wanted a role, provider or statement'],
    ['no finding', { upTo: 'high' }, 'waivers.0.finding: got undefined, wanted the id of the finding, or its pattern'],
    ['no severity', { finding: 'shop:*' }, 'waivers.0.upTo: got undefined, wanted the worst severity'],
  ])('waives no exposure for %s', (_, over, sentence) => {
    const named = { ...waiver, rule: 'trust-any-namespace', subject: 'arn:aws:iam::111122223333:role/x', ...over };
    expect(() => read({ waivers: [named] })).toThrow(sentence);
    expect(read({ waivers: [{ ...named, rule: 'role-unused' }] })).toBeDefined();
  });

  test.each<readonly [fault: string, text: string, sentence: string]>([
    ['no JSON', '{', 'is not JSON: SyntaxError'],
    ['an empty file', '', 'is not JSON: SyntaxError: Unexpected end of JSON input'],
    ['a list', '[]', 'the document: got [], wanted an object'],
    ['null', 'null', 'the document: got null, wanted an object'],
    [
      'a transition that nobody is told of',
      '{"notifications": [{"to": "slack", "secretName": "x", "when": {"transitions": ["confirmed"]}}]}',
      'notifications.0.when.transitions.0: got "confirmed", wanted "opened" or "changed"',
    ],
    ['an unknown key', '{"schedul": {}}', 'the document: got "schedul": unknown key'],
  ])('that is %s is refused with the file and the fault', (_, text, sentence) => {
    const parse = () => parseConfiguration(text, 'audit.json');
    expect(parse).toThrow(ConfigurationInvalid);
    expect(parse).toThrow(sentence);
    expect(parse).toThrow(/^audit\.json/);
  });

  test.each([
    [{ accounts: Array.from({ length: 150 }, (_, index) => String(111122220000 + index)) }, '1 conditions with 151'],
    [
      { rules: Array.from({ length: 15 }, (_, index) => `r-${index}`), owners: Array.from('0123456789') },
      '2 conditions with 176',
    ],
    [
      {
        minSeverity: 'critical',
        accounts: ['111122223333'],
        clusters: ['a'],
        owners: ['b'],
        rules: ['c'],
        transitions: ['opened'],
      },
      '6 conditions with 64',
    ],
  ])('refuses a filter of an email address that SNS cannot hold: %j', (when, words) => {
    const text = JSON.stringify({ notifications: [{ to: 'email', addresses: ['a@example.com'], when }] });
    expect(() => parseConfiguration(text, 'audit.json')).toThrow(words);
    const elsewhere = JSON.stringify({ notifications: [{ to: 'slack', secretName: 's', when }] });
    expect(() => parseConfiguration(elsewhere, 'audit.json')).not.toThrow();
  });

  test.each<readonly [document: object, sentence: string]>([
    [{ name: 'My Auditor' }, 'name: got "My Auditor", wanted at most 31 of a-z, 0-9 and -, beginning with a letter'],
    [{ name: 7 }, 'name: got 7, wanted a text'],
    [{ schedule: 'daily' }, 'schedule: got "daily", wanted an object'],
    [{ schedule: { expression: 'daily' } }, 'schedule.expression: got "daily", wanted rate(…) or cron(…)'],
    [{ schedule: { timeZone: '' } }, 'schedule.timeZone: got "", wanted a time zone such as Europe/Berlin'],
    [
      { schedule: { expression: 'rate(0 hours)' } },
      'schedule.expression: got "rate(0 hours)", wanted rate(<whole number of at least 1> minutes|hours|days), such as rate(6 hours)',
    ],
    [
      { schedule: { expression: 'cron(0 8 * * MON)' } },
      'schedule.expression: got "cron(0 8 * * MON)", wanted six fields in cron(minutes hours day-of-month month day-of-week year), such as cron(0 8 ? * MON *); it has 5',
    ],
    [
      { weeklySummary: { expression: 'cron(0 25 ? * MON *)' } },
      'weeklySummary.expression: got "cron(0 25 ? * MON *)", wanted a valid hours in cron(…): 0 to 23, or *',
    ],
    [{ schedule: { timeZone: 'Berlin' } }, 'schedule.timeZone: got "Berlin", wanted a time zone such as Europe/Berlin'],
    [{ schedule: { timeZone: '+02:00' } }, 'schedule.timeZone: got "+02:00", wanted a time zone such as Europe/Berlin'],
    [{ schedule: { enabled: 'yes' } }, 'schedule.enabled: got "yes", wanted true or false'],
    [{ accounts: { from: 'all' } }, 'accounts.from: got "all", wanted "self" or "list" or "organization"'],
    [{ accounts: {} }, 'accounts.from: got nothing, wanted "self" or "list" or "organization"'],
    [{ accounts: { from: 'list' } }, 'accounts.accountIds: got nothing, wanted a list'],
    [{ accounts: { from: 'list', accountIds: [] } }, 'accounts.accountIds: got [], wanted at least 1 entry'],
    [
      { accounts: { from: 'list', accountIds: ['11112222333'] } },
      'accounts.accountIds.0: got "11112222333", wanted the 12 digits of an AWS account',
    ],
    [
      { accounts: { from: 'list', accountIds: [111122223333] } },
      'accounts.accountIds.0: got 111122223333, wanted a text',
    ],
    [
      { accounts: { from: 'organization', organizationalUnits: ['Prod'] } },
      'accounts.organizationalUnits.0: got "Prod", wanted the id of a unit or root: ou-ab12-cdef3456 or r-ab12',
    ],
    [
      { memberRole: { externalId: 'x' } },
      'memberRole.externalId: got "x", wanted an external id: 2 to 1224 letters, digits and _+=,.@:/-',
    ],
    [
      { memberRole: { name: '' } },
      'memberRole.name: got "", wanted the name of a role without a path: 1 to 64 letters, digits and _+=,.@-',
    ],
    [{ regions: ['europe'] }, 'regions.0: got "europe", wanted a region such as eu-west-1'],
    [{ regions: [] }, 'regions: got [], wanted at least 1 entry'],
    [{ regions: 'eu-west-1' }, 'regions: got "eu-west-1", wanted "all" or a list'],
    [{ registeredIssuers: ['oidc.example.com'] }, 'registeredIssuers.0: got "oidc.example.com", wanted an https URL'],
    [{ registeredIssuers: ['http://a.example'] }, 'registeredIssuers.0: got "http://a.example", wanted an https URL'],
    [{ roleDetails: 1 }, 'roleDetails: got 1, wanted true or false'],
    [
      { inCluster: { vpc: { vpcId: 'main', subnetIds: ['a'], securityGroupIds: ['b'] } } },
      'inCluster.vpc.vpcId: got "main", wanted an id such as vpc-0123; inCluster.vpc.subnetIds.0: got "a", wanted an id such as subnet-0123; inCluster.vpc.securityGroupIds.0: got "b", wanted an id such as sg-0123',
    ],
    [{ cloudTrail: { lookbackMinutes: 1 } }, 'cloudTrail.lookbackMinutes: got 1, wanted at least 15'],
    [{ cloudTrail: { lookbackMinutes: 200_000 } }, 'cloudTrail.lookbackMinutes: got 200000, wanted at most 129600'],
    [{ cloudTrail: { maxCalls: 1.5 } }, 'cloudTrail.maxCalls: got 1.5, wanted a whole number'],
    [{ minSeverity: 'awful' }, 'minSeverity: got "awful", wanted "critical" or "high" or "medium" or "low" or "info"'],
    [
      { notifications: [{ to: 'pager' }] },
      'notifications.0.to: got "pager", wanted "email" or "chatbot-slack" or "slack" or "teams" or "webhook" or "eventbridge" or "security-hub"',
    ],
    [
      { notifications: [{ to: 'email', addresses: ['ops'] }] },
      'notifications.0.addresses.0: got "ops", wanted an e-mail address',
    ],
    [{ notifications: [{ to: 'slack' }] }, 'notifications.0.secretName: got nothing, wanted a text'],
    [
      {
        notifications: [{ to: 'slack', secretName: 's', quietHours: { from: '25:00', to: '6', timeZone: 'Nowhere' } }],
      },
      'notifications.0.quietHours.from: got "25:00", wanted a time of day as hh:mm; notifications.0.quietHours.to: got "6", wanted a time of day as hh:mm; notifications.0.quietHours.timeZone: got "Nowhere", wanted a time zone such as Europe/Berlin',
    ],
    [{ notifications: {} }, 'notifications: got {}, wanted a list'],
    [{ retention: { logDays: 0 } }, 'retention.logDays: got 0, wanted at least 1'],
    [{ rules: [] }, 'rules: got [], wanted an object'],
    ...[
      ['rate(30 days)', 31],
      ['rate(31 days)', 32],
      ['rate(744 hours)', 32],
      ['cron(0 6 1 * ? *)', 36],
      ['cron(0 6 ? * MON#1 *)', 36],
      ['cron(0 6 1 1 ? *)', 367],
    ].map(
      ([expression, wanted]) =>
        [
          { fastLane: { enabled: true }, schedule: { expression } },
          `retention.snapshotDays: got 30, wanted at least ${wanted} with fastLane and ${expression}: the fast lane compares with the documents of the last full run`,
        ] as const,
    ),
    [
      {
        notifications: [0, 1, 2].map(list => ({
          to: 'email',
          addresses: Array.from({ length: 67 }, (_, at) => `a${list}-${at}@example.com`),
        })),
      },
      'notifications: got 201 email addresses, wanted at most 200, the quota of SNS "filter policies per topic": use the address of a list',
    ],
    [{ retention: { logDays: 3654 } }, 'retention.logDays: got 3654, wanted at most 3653'],
    [{ retention: { snapshotDays: 1e9 } }, 'retention.snapshotDays: got 1000000000, wanted at most 36500'],
    [{ retention: { resolvedDays: 1e15 } }, 'retention.resolvedDays: got 1000000000000000, wanted at most 36500'],
    [
      { accounts: { from: 'list', accountIds: ['111122223333', '111122223333'] } },
      'accounts.accountIds.1: got "111122223333", wanted each entry once',
    ],
    [
      { accounts: { from: 'organization', organizationalUnits: ['ou-💥'] } },
      'accounts.organizationalUnits.0: got "ou-💥", wanted the id of a unit or root: ou-ab12-cdef3456 or r-ab12',
    ],
    [{ regions: ['eu-west-1', 'eu-west-1'] }, 'regions.1: got "eu-west-1", wanted each entry once'],
    [
      { regions: ['eu-west-1', 'cn-north-1'] },
      'regions: got cn-north-1 of aws-cn beside eu-west-1 of aws, wanted regions of one partition: each partition needs a deployment of its own',
    ],
    [
      { inCluster: { vpc: { ...vpc, vpcId: 'vpc-💥' } } },
      'inCluster.vpc.vpcId: got "vpc-💥", wanted an id such as vpc-0123',
    ],
    [
      { inCluster: { vpc: { ...vpc, subnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3d'] } } },
      'inCluster.vpc.subnetIds.1: got "subnet-0a1b2c3d", wanted each entry once',
    ],
    [
      { inCluster: { vpc: { ...vpc, securityGroupIds: Array.from('012345', digit => `sg-0a1b2c3${digit}`) } } },
      'inCluster.vpc.securityGroupIds: got ["sg-0a1b2c30","sg-0a1b2c31","sg-0a1b2c32","sg-0a1b2c33","sg-0a1b2c34","sg-0a1b…, wanted at most 5 entries, the quota of Lambda "VpcConfig.SecurityGroupIds"',
    ],
    ...['*', 'hööks', 'arn:aws:secretsmanager:x', 'hooks/??'].map(
      secretName =>
        [
          { notifications: [{ to: 'slack', secretName }] },
          `notifications.0.secretName: got "${secretName}", wanted the name of a secret: 1 to 512 letters, digits and /_+=.@-`,
        ] as const,
    ),
    [
      { notifications: [{ to: 'chatbot-slack', workspaceId: 'acme', channelId: '#general' }] },
      'notifications.0.workspaceId: got "acme", wanted the id of a workspace such as T0123ABCD; notifications.0.channelId: got "#general", wanted the id of a channel such as C0123ABCD',
    ],
    [
      { schedule: { timeZone: 'europe/berlin' } },
      'schedule.timeZone: got "europe/berlin", wanted a time zone such as Europe/Berlin',
    ],
    [
      { environments: { accounts: { prod: 'x' } } },
      'environments.accounts: got the key "prod", wanted the 12 digits of an AWS account',
    ],
    [{ operations: 'nobody' }, 'operations: got "nobody", wanted "none", or a destination: email or chatbot-slack'],
    [{ rules: { 'role-unused': { enable: false } } }, 'rules.role-unused: got "enable": unknown key'],
    [
      { waivers: [{ ...waiver, expires: '2026-13-01' }] },
      'waivers.0.expires: got "2026-13-01", wanted a day such as 2026-12-31',
    ],
    [{ waivers: [{ ...waiver, reason: 'x' }] }, 'waivers.0.reason: got "x", wanted at least 3 characters'],
    [{ unusedAfterDays: '90' }, 'unusedAfterDays: got "90", wanted a number'],
    [{ name: ['x'.repeat(200)] }, `name: got ["${'x'.repeat(77)}…, wanted a text`],
  ])('of %j says exactly what was got and what was wanted', (document, sentence) => {
    expect(() => read(document)).toThrow(new ConfigurationInvalid(`irsa-auditor.config.json: ${sentence}`));
  });

  test.each<readonly [document: object, sentence: string]>([
    [{ waivers: [{ ...waiver, rule: 'nope' }] }, 'waivers.0.rule: got "nope"'],
    [{ waivers: [waiver, { ...waiver, rule: 'nope' }] }, 'waivers.1.rule: got "nope"'],
    [{ rules: { nope: { enabled: false } } }, 'rules: got "nope"'],
    [{ rules: { 'role-unused': { enabled: false }, nope: { enabled: false } } }, 'rules: got "nope"'],
    [
      { notifications: [{ to: 'slack', secretName: 's', when: { rules: ['nope'] } }] },
      'notifications.0.when.rules: got "nope"',
    ],
    [
      {
        notifications: [
          { to: 'slack', secretName: 's', when: { rules: ['role-unused'] } },
          { to: 'teams', secretName: 's', when: { rules: ['role-unused', 'nope'] } },
        ],
      },
      'notifications.1.when.rules: got "nope"',
    ],
  ])('of %j names a rule that does not exist', (document, sentence) => {
    expect(() => read(document)).toThrow(
      new ConfigurationInvalid(`${sentence}, wanted the id of a rule: irsa-auditor rules lists them`),
    );
  });

  test('may route all rules, some rules, and begin with the byte order mark of some editors', () => {
    const notifications = [
      { to: 'slack', secretName: 's' },
      { to: 'slack', secretName: 's', when: { rules: ['role-unused'] } },
      { to: 'teams', secretName: 's', when: { minSeverity: 'high' } },
    ];
    const text = `\uFEFF${JSON.stringify({ notifications })}`;
    expect(choicesOf(parseConfiguration(text, 'x'))).toBeDefined();
    expect(parseConfiguration(text, 'x').notifications.map(({ to }) => to)).toEqual(['slack', 'slack', 'teams']);
  });
});

test('one address has one filter, in whichever letter case it is written, since SNS keeps the first alone', () => {
  const notifications = (...filters: readonly (object | undefined)[]) =>
    parseConfiguration(
      JSON.stringify({
        notifications: filters.map((when, at) => ({
          to: 'email',
          addresses: [at === 0 ? 'a@example.com' : 'A@Example.com'],
          ...(when === undefined ? {} : { when }),
        })),
      }),
      'c.json',
    ).notifications.length;
  expect(notifications({ clusters: ['x'] }, { clusters: ['x'] })).toBe(2);
  for (const filters of [
    [{ clusters: ['x'] }, { clusters: ['y'] }],
    [{ clusters: ['x'] }, undefined],
  ])
    expect(() => notifications(...filters)).toThrow(
      'c.json: notifications.1.addresses: got A@Example.com with two filters, wanted one',
    );
});

test.each([
  ['rate(90 minutes)', 90],
  ['cron(0 8 * * ? *)', 1440],
  ['cron(0 8 * * ? 2030)', undefined],
  ['cron(0 8 ? * MON *)', undefined],
])('%s leaves at most %s minutes between two runs', (expression, minutes) => {
  expect(periodOf(expression)).toBe(minutes);
});

test.each([
  ['rate(84 hours)', true, 84 * 60],
  ['rate(85 hours)', true, undefined],
  ['rate(6 hours)', false, undefined],
])('an alarm on a missing run of %s, enabled %p, watches for %s minutes', (expression, enabled, minutes) => {
  expect(watchedPeriod({ schedule: { expression, enabled, timeZone: 'UTC' } })).toBe(minutes);
});

test.each([
  [{ from: 'list', accountIds: ['444455556666'] }, false],
  [{ from: 'organization' }, false],
  [{ from: 'self' }, true],
])('the fast lane of %j needs no organization: %p', (accounts, isEnough) => {
  const parsed = (fastLane: object) => () => parseConfiguration(JSON.stringify({ accounts, fastLane }), 'c.json');
  const alone = expect(parsed({ enabled: true }));
  if (isEnough) alone.not.toThrow();
  else alone.toThrow('c.json: fastLane.organizationId: got nothing, wanted the id of the organization');
  expect(parsed({ enabled: true, organizationId: 'o-a1b2c3d4e5' })).not.toThrow();
  expect(parsed({ enabled: false })).not.toThrow();
});
