import { expect, test } from '@jest/globals';
import { destinationsOf, parseConfiguration, periodOf, requireOperations } from '../../lib/config/configuration.ts';
import { destinationKinds } from '../../lib/config/destinations.ts';
import { scheduleExpression } from '../../lib/config/schedule-expression.ts';

const parse = (document: object) => parseConfiguration(JSON.stringify(document), 'c.json');

test('every default, as a configuration that says nothing has it', () => {
  expect(parse({})).toEqual({
    name: 'irsa-auditor',
    schedule: { expression: 'rate(6 hours)', timeZone: 'UTC', enabled: true },
    accounts: { from: 'self' },
    memberRole: { name: 'irsa-auditor-read', externalId: 'irsa-auditor' },
    registeredIssuers: [],
    trusted: { organizations: [], accounts: [], principals: [], issuers: [], owners: [] },
    allRoles: false,
    roleDetails: false,
    rolePermissions: false,
    unusedPermissions: false,
    resourceControlPolicies: false,
    rbac: false,
    inCluster: { enabled: false },
    cloudTrail: { enabled: false, lookbackMinutes: 420, maxCalls: 60 },
    minSeverity: 'low',
    notifications: [],
    customerKey: false,
    dashboard: false,
    accountsAtOnce: 8,
    weeklySummary: { enabled: false, expression: 'cron(0 8 ? * MON *)' },
    fastLane: { enabled: false },
    eventBridge: { enabled: false },
    securityHub: { enabled: false },
    retention: { resolvedDays: 90, historyDays: 400, snapshotDays: 30, logDays: 30 },
    rules: {},
    waivers: [],
    unusedAfterDays: 90,
  });
  expect(parse({ accounts: { from: 'organization' } }).accounts).toEqual({
    ...{ from: 'organization', exclude: [], organizationalUnits: [] },
  });
  expect(parse({ environments: { tag: 'env' } }).environments).toEqual({ tag: 'env', accounts: {} });
  const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };
  expect(parse({ notifications: [{ to: 'slack', secretName: 's', quietHours }] }).notifications).toEqual([
    { to: 'slack', secretName: 's', quietHours: { ...quietHours, exceptSeverity: 'critical' } },
  ]);
});

const x = (length: number) => 'x'.repeat(length);
const many = (count: number, of: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => of(at));
const waiver = { rule: 'role-unused', subject: 'a', reason: 'why', owner: 'me', expires: '2026-12-31' };
const vpc = { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] };
const hex = (at: number) => at.toString(16).padStart(8, '0');
const slack = (over: object) => ({ notifications: [{ to: 'slack', secretName: 's', ...over }] });
const email = (addresses: readonly string[]) => ({ notifications: [{ to: 'email', addresses }] });
/** Lists of so many addresses, no two the same. */
const lists = (sizes: readonly number[]) => ({
  notifications: sizes.map((size, list) => ({
    to: 'email',
    addresses: many(size, at => `a${list}-${at}@example.com`),
  })),
});
const address = (length: number) =>
  `${x(64)}@${many(4, () => x(60))
    .join('.')
    .slice(0, length - 68)}.de`;

/** The most and the least that a key takes, and the values just beyond. */
const limits: readonly (readonly [key: string, of: (value: never) => object, taken: unknown, refused: unknown])[] = [
  ['name', name => ({ name }), x(31), x(32)],
  ['name', name => ({ name }), 'a', ''],
  ['name', name => ({ name }), 'a-1', '1-a'],
  ['memberRole.name', name => ({ memberRole: { name } }), x(64), x(65)],
  ['memberRole.externalId', externalId => ({ memberRole: { externalId } }), x(1224), x(1225)],
  ['memberRole.externalId', externalId => ({ memberRole: { externalId } }), 'xx', 'x'],
  ['trusted.organizations', id => ({ trusted: { organizations: [id] } }), `o-${x(10)}`, `o-${x(9)}`],
  ['trusted.organizations', id => ({ trusted: { organizations: [id] } }), `o-${x(32)}`, `o-${x(33)}`],
  ['trusted.accounts', id => ({ trusted: { accounts: [id] } }), '111122223333', '1111222233334'],
  [
    'trusted.principals',
    arn => ({ trusted: { principals: [arn] } }),
    'arn:aws:iam::111122223333:role/a',
    'arn:aws:iam::1:role/a',
  ],
  ['trusted.issuers', url => ({ trusted: { issuers: [url] } }), 'https://a.example', 'http://a.example'],
  ['trusted.owners', owner => ({ trusted: { owners: [owner] } }), 'a', ''],
  ['regions', region => ({ regions: [region] }), 'us-gov-west-1', 'eu-west'],
  ['accounts.exclude', id => ({ accounts: { from: 'organization', exclude: [id] } }), '111122223333', 'a'],
  [
    'accounts.organizationalUnits',
    id => ({ accounts: { from: 'organization', organizationalUnits: [id] } }),
    'r-ab12',
    'x-ab12',
  ],
  ...[
    ['r-0q9z', 'r-0q9'],
    [`r-${'z'.repeat(32)}`, `r-${'z'.repeat(33)}`],
    ['ou-0q9z-a1b2c3d4', 'ou-1'],
    ['ou-0q9z-a1b2c3d4', 'ou-0q9z-a1b2c3d'],
    [`ou-0q9z-${'7'.repeat(32)}`, `ou-0q9z-${'7'.repeat(33)}`],
    ['ou-0q9z-a1b2c3d4', 'ou-0q9-a1b2c3d4'],
    ['ou-0q9z-a1b2c3d4', 'r-0q9z-a1b2c3d4'],
  ].map(
    ([good = '', bad = '']) =>
      [
        'accounts.organizationalUnits',
        (id: string) => ({ accounts: { from: 'organization', organizationalUnits: [id] } }),
        good,
        bad,
      ] as const,
  ),
  [
    'inCluster.vpc.vpcId',
    vpcId => ({ inCluster: { vpc: { ...vpc, vpcId } } }),
    `vpc-${'a'.repeat(17)}`,
    `vpc-${'a'.repeat(18)}`,
  ],
  ['inCluster.vpc.vpcId', vpcId => ({ inCluster: { vpc: { ...vpc, vpcId } } }), 'vpc-01234567', 'vpc-0123456'],
  [
    'inCluster.vpc.subnetIds',
    subnetIds => ({ inCluster: { vpc: { ...vpc, subnetIds } } }),
    many(16, at => `subnet-${hex(at)}`),
    many(17, at => `subnet-${hex(at)}`),
  ],
  ['inCluster.vpc.subnetIds', subnetIds => ({ inCluster: { vpc: { ...vpc, subnetIds } } }), ['subnet-01234567'], []],
  [
    'inCluster.vpc.securityGroupIds',
    securityGroupIds => ({ inCluster: { vpc: { ...vpc, securityGroupIds } } }),
    many(5, at => `sg-${hex(at)}`),
    many(6, at => `sg-${hex(at)}`),
  ],
  [
    'inCluster.vpc.securityGroupIds',
    securityGroupIds => ({ inCluster: { vpc: { ...vpc, securityGroupIds } } }),
    ['sg-01234567'],
    [],
  ],
  ['cloudTrail.lookbackMinutes', lookbackMinutes => ({ cloudTrail: { lookbackMinutes } }), 15, 14],
  ['cloudTrail.lookbackMinutes', lookbackMinutes => ({ cloudTrail: { lookbackMinutes } }), 129_600, 129_601],
  ['cloudTrail.maxCalls', maxCalls => ({ cloudTrail: { maxCalls } }), 1, 0],
  ['cloudTrail.maxCalls', maxCalls => ({ cloudTrail: { maxCalls } }), 2000, 2001],
  ['accountsAtOnce', accountsAtOnce => ({ accountsAtOnce }), 1, 0],
  ['accountsAtOnce', accountsAtOnce => ({ accountsAtOnce }), 1000, 1001],
  ['fastLane.organizationId', organizationId => ({ fastLane: { organizationId } }), `o-${x(32)}`, `o-${x(33)}`],
  ['fastLane.organizationId', organizationId => ({ fastLane: { organizationId } }), `o-${x(10)}`, `o-${x(9)}`],
  ...(['resolvedDays', 'historyDays', 'snapshotDays'] as const).flatMap(
    key =>
      [
        [`retention.${key}`, (days: never) => ({ retention: { [key]: days } }), 1, 0],
        [`retention.${key}`, (days: never) => ({ retention: { [key]: days } }), 36_500, 36_501],
      ] as const,
  ),
  ['retention.logDays', logDays => ({ retention: { logDays } }), 1, 0],
  ['retention.logDays', logDays => ({ retention: { logDays } }), 3653, 3654],
  ['unusedAfterDays', unusedAfterDays => ({ unusedAfterDays }), 1, 0],
  ['unusedAfterDays', unusedAfterDays => ({ unusedAfterDays }), 400, 401],
  ['environments.tag', tag => ({ environments: { tag } }), x(128), x(129)],
  ['environments.tag', tag => ({ environments: { tag } }), 'x', ''],
  ['environments.accounts', name => ({ environments: { accounts: { '111122223333': name } } }), 'x', ''],
  ['waivers.rule', rule => ({ waivers: [{ ...waiver, rule }] }), 'x', ''],
  ['waivers.subject', subject => ({ waivers: [{ ...waiver, subject }] }), 'x', ''],
  ['waivers.reason', reason => ({ waivers: [{ ...waiver, reason }] }), 'xxx', 'xx'],
  ['waivers.owner', owner => ({ waivers: [{ ...waiver, owner }] }), 'x', ''],
  ['waivers.finding', finding => ({ waivers: [{ ...waiver, finding }] }), 'x', ''],
  ['waivers.upTo', upTo => ({ waivers: [{ ...waiver, upTo }] }), 'info', 'none'],
  ['notifications.addresses', email, many(100, at => `a${at}@example.com`), many(101, at => `a${at}@example.com`)],
  ['notifications.addresses', email, ['a@example.com'], []],
  ['notifications of all lists together', lists, [100, 100], [100, 100, 1]],
  ['notifications.addresses', length => email([address(length)]), 254, 255],
  ['notifications.secretName', secretName => slack({ secretName }), x(512), x(513)],
  ['notifications.secretName', secretName => slack({ secretName }), 'x', ''],
  ...(['workspaceId', 'channelId'] as const).flatMap(key => {
    const of = (id: never) => ({
      notifications: [{ to: 'chatbot-slack', workspaceId: 'T', channelId: 'C', [key]: id }],
    });
    return [
      [`notifications.${key}`, of, 'A'.repeat(47), 'A'.repeat(48)],
      [`notifications.${key}`, of, 'A', ''],
    ] as const;
  }),
  ...(['accounts', 'clusters', 'namespaces', 'owners', 'rules', 'transitions'] as const).map(key => {
    const value = { accounts: '111122223333', transitions: 'opened' }[key as 'accounts'] ?? 'x';
    return [`notifications.when.${key}`, (list: never) => slack({ when: { [key]: list } }), [value], []] as const;
  }),
  ...(['clusters', 'namespaces', 'owners', 'rules'] as const).map(
    key => [`notifications.when.${key}`, (name: never) => slack({ when: { [key]: [name] } }), 'x', ''] as const,
  ),
  ['quietHours.from', from => slack({ quietHours: { from, to: '07:00', timeZone: 'UTC' } }), '23:59', '24:00'],
  ['quietHours.to', to => slack({ quietHours: { from: '22:00', to, timeZone: 'UTC' } }), '19:59', '19:60'],
];

test.each(limits)('%s %#: what is at the limit is taken, and what is beyond it refused', (_key, of, taken, refused) => {
  expect(() => parse(of(taken as never))).not.toThrow();
  expect(() => parse(of(refused as never))).toThrow(/^c\.json: [\w.]+: got .*, wanted /);
});

/** Of a filter of an email address: five conditions, and 150 combinations with the value of what is unknown. */
test.each([
  [{ accounts: many(149, at => String(111122220000 + at)) }, true],
  [{ accounts: many(150, at => String(111122220000 + at)) }, false],
  [{ minSeverity: 'low', clusters: many(29, at => `c${at}`) }, true],
  [{ minSeverity: 'low', clusters: many(30, at => `c${at}`) }, false],
  [{ minSeverity: 'critical', accounts: ['111122223333'], clusters: ['a'], namespaces: ['b'], owners: ['c'] }, true],
  [
    {
      accounts: ['111122223333'],
      clusters: ['a'],
      namespaces: ['b'],
      owners: ['c'],
      rules: ['d'],
      transitions: ['opened'],
    },
    false,
  ],
])('an email address has the filter %#: %j', (when, isTaken) => {
  const parsed = () => parse({ notifications: [{ to: 'email', addresses: ['a@example.com'], when }] });
  if (isTaken) expect(parsed).not.toThrow();
  else
    expect(parsed).toThrow(
      /^c\.json: notifications\.0\.when: got \d conditions with \d+ combinations of values, wanted at most 5 and 150/,
    );
});

test.each([
  ['subnetIds', 'subnet', 16, 'VpcConfig.SubnetIds'],
  ['securityGroupIds', 'sg', 5, 'VpcConfig.SecurityGroupIds'],
])('more %s than Lambda takes are refused with the name of the quota', (key, kind, most, quota) => {
  const ids = many(most + 1, at => `${kind}-${hex(at)}`);
  expect(() => parse({ inCluster: { vpc: { ...vpc, [key]: ids } } })).toThrow(
    `, wanted at most ${most} entries, the quota of Lambda "${quota}"`,
  );
});

/** Both ends of each field of a calendar, and what is beyond them. */
test.each([
  [
    'minutes',
    (field: string) => `cron(${field} 8 * * ? *)`,
    ['0', '59', '0-59', '0/9999', '5,10', '*'],
    ['60', '-1', '5-60', '0/10000', '5,', ''],
  ],
  ['hours', (field: string) => `cron(0 ${field} * * ? *)`, ['0', '23', '*/2'], ['24', '8-24', '8/', '8/2/2']],
  [
    'day of the month',
    (field: string) => `cron(0 8 ${field} * ? *)`,
    ['1', '31', 'L', 'LW', '1W', '31W'],
    ['0', '32', '0W', '32W', 'W'],
  ],
  [
    'month',
    (field: string) => `cron(0 8 * ${field} ? *)`,
    ['1', '12', 'JAN', 'dec', 'JAN-DEC', '1-12/3'],
    ['0', '13', 'JANUARY', 'JAN-13'],
  ],
  [
    'day of the week',
    (field: string) => `cron(0 8 ? * ${field} *)`,
    ['1', '7', 'SUN', 'sat', 'L', '7L', '7#5', 'MON#1'],
    ['0', '8', '8L', '7#6', '0#1', 'MON-'],
  ],
  ['year', (field: string) => `cron(0 8 * * ? ${field})`, ['1970', '2199', '2026-2030'], ['1969', '2200', '20261']],
])('the %s of a calendar', (name, of, taken, refused) => {
  const faults = (text: string) =>
    scheduleExpression.safeParse(of(text)).error?.issues.map(({ message }) => message) ?? [];
  expect(taken.filter(text => faults(text).length > 0)).toEqual([]);
  const words = refused.map(text => faults(text).join());
  expect(words.filter(each => !each.startsWith(`a valid ${name} in cron(…): `))).toEqual([]);
});

test.each([
  ['rate(1 minute)', 1],
  ['rate(1 hour)', 60],
  ['rate(2 days)', 2880],
  ['rate(999999999 days)', 999_999_999 * 1440],
  ['cron(0 8 ? * * *)', 1440],
  ['cron(0 8 1 * ? *)', undefined],
  ['cron(0 8 * 1 ? *)', undefined],
  ['at(2026-01-01T00:00:00)', undefined],
])('between two runs of %s there are %s minutes', (expression, minutes) => {
  expect(periodOf(expression)).toBe(minutes);
});

test.each(['rate(2 hour)', 'rate(01 hours)', 'rate(1000000000 days)', 'cron(0 8 * * * *)', 'rate(6 hours) '])(
  '%s is no schedule',
  text => {
    expect(scheduleExpression.safeParse(text).success).toBe(false);
  },
);

test('a switch adds its destination, unless the list has one already', () => {
  const switched = { eventBridge: { enabled: true }, securityHub: { enabled: true } };
  const listed = { to: 'security-hub', when: { minSeverity: 'high' } };
  expect(destinationsOf(parse(switched))).toEqual([{ to: 'eventbridge' }, { to: 'security-hub' }]);
  expect(destinationsOf(parse({ ...switched, notifications: [listed] }))).toEqual([listed, { to: 'eventbridge' }]);
  expect(destinationsOf(parse({ notifications: [{ to: 'eventbridge' }] }))).toEqual([{ to: 'eventbridge' }]);
});

test('whoever reads the alarms must be named, be it nobody', () => {
  expect(() => requireOperations(parse({}))).toThrow(/^operations: got nothing, wanted who reads the alarms/);
  const named = parse({ operations: 'none' });
  expect(requireOperations(named)).toBe(named);
});

test('each destination may do its own call on its own resource, and nothing else', () => {
  const here = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', chatTopicArn: 'chat' };
  const told = Object.values(destinationKinds).map(({ to, carrier, tried, permissions }) => [
    ...[to, carrier, tried],
    ...permissions.map(({ actions, arns }) => [actions.join(), ...arns(here, { to, secretName: 'hooks/a' })].join(' ')),
  ]);
  const secret = 'secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:111122223333:secret:hooks/a-??????';
  expect(told).toEqual([
    ['email', 'findings-topic', false],
    ['chatbot-slack', 'chat-topic', false, 'sns:Publish chat'],
    ['slack', 'notifier', true, secret, 'kms:Decrypt'],
    ['teams', 'notifier', true, secret, 'kms:Decrypt'],
    ['webhook', 'notifier', true, secret, 'kms:Decrypt'],
    ['eventbridge', 'notifier', false, 'events:PutEvents arn:aws:events:eu-west-1:111122223333:event-bus/default'],
    [
      ...['security-hub', 'notifier', false],
      'securityhub:BatchImportFindings arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default',
    ],
  ]);
  expect(destinationKinds.slack.permissions.flatMap(({ arns }) => arns(here, { to: 'slack' }))).toEqual([]);
});
