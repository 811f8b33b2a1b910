import { expect, test } from '@jest/globals';
import { doctorExitCode, examine } from '../../lib/doctor/checks.ts';
import type { Deployment, LastRunFacts } from '../../lib/doctor/deployment.ts';
import type { CheckLine } from '../../lib/doctor/verdict.ts';
import { complete, notAskedFor, type ReadFailure, unavailable, withGaps } from '../../lib/model/collected.ts';
import { golden } from '../support/golden.ts';

const aRun = (over: Partial<LastRunFacts> = {}): LastRunFacts => ({
  startedAt: '2026-11-24T03:00:00.000Z',
  accounts: 2,
  failedAccounts: [],
  gaps: [],
  gapCount: 0,
  ...over,
});
const allow = (action: string) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: action,
  Resource: '*',
});
const policy = (...Statement: readonly object[]) => ({
  arn: topicArn,
  policy: JSON.stringify({ Version: '2012-10-17', Statement }),
});
const alarm = { name: 'a-run-failed', state: 'OK', actionsEnabled: true, actions: ['arn:aws:sns:eu-west-1:1:o'] };
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:a-operations';
const healthy: Deployment = {
  now: '2026-11-24T06:00:00.000Z',
  toolVersion: '0.1.0',
  name: 'a',
  stackName: 'a',
  wantedSchedule: { enabled: true, expression: 'rate(6 hours)' },
  nobodyReadsAlarms: false,
  wantedAlarms: ['a-run-failed'],
  stack: complete({ status: 'UPDATE_COMPLETE', outputs: { Version: '0.1.0' } }),
  schedule: complete({ enabled: true, expression: 'rate(6 hours)' }),
  otherSchedules: [['a-weekly-summary', complete({ enabled: true, expression: 'cron(0 8 ? * MON *)' })]],
  lastRun: complete(aRun()),
  refusing: [],
  silentAccounts: notAskedFor('s3:ListBucket', 'there is no fast lane'),
  table: complete({ indexes: [{ name: 'byA', active: true, keys: ['a', 'b'] }], timeToLive: 'expiresAt' }),
  wantedTable: { indexes: [{ name: 'byA', partitionKey: 'a', sortKey: 'b' }], timeToLive: 'expiresAt' },
  alarms: complete([alarm]),
  operationsTopicArn: topicArn,
  topicPolicy: complete(policy(allow('sns:Publish'))),
  keyPolicy: complete(policy(allow('kms:GenerateDataKey*'), allow('kms:Decrypt'))),
  readers: complete([{ topicArn, address: 'x@example.com', state: 'confirmed' }]),
  deadLetters: complete([{ queue: 'a-undelivered', letters: 0 }]),
  concurrency: complete(1000),
};
const denied: ReadFailure = { kind: 'denied', operation: 'x:Read', permission: 'x:Read', message: 'no' };
const shown = ({ check, result, text }: CheckLine) => `${result} ${check}: ${text}`;
const wrongIn = (over: Partial<Deployment>) =>
  examine({ ...healthy, ...over })
    .filter(({ result }) => result !== 'ok')
    .map(shown);
const run = (over: Partial<LastRunFacts>): Partial<Deployment> => ({ lastRun: complete(aRun(over)) });
test('a cluster that did not know the role is told with what its access entry says', () => {
  const principalArn = 'arn:aws-us-gov:iam::222233334444:role/a-collect-cluster';
  const place = { accountId: '222233334444', region: 'us-gov-west-1', clusterName: 'shop', principalArn };
  const entry = (entryMadeAt: string, roleMadeAt: string) =>
    complete({ groups: ['irsa-auditor'], entryMadeAt, roleMadeAt });
  const [early, late] = ['2026-11-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'];
  const lines = examine({
    ...healthy,
    refusing: [
      { ...place, entry: entry(early, late) },
      { ...place, entry: entry(late, early) },
      { ...place, entry: complete(undefined) },
      { ...place, clusterName: "it's", entry: unavailable(denied) },
      { ...{ accountId: '222233334444', region: 'us-gov-west-1', clusterName: 'bare' }, entry: unavailable(denied) },
    ],
  }).filter(({ check }) => check === 'access entries');
  const apply = `irsa-auditor init cluster --cluster shop --region us-gov-west-1 --principal-arn ${principalArn} --apply`;
  expect(lines.map(({ result, text, fix }) => [result, text, fix])).toEqual([
    [
      'failed',
      `cluster shop (us-gov-west-1, account 222233334444) has an access entry of ${early} for ${principalArn}, a role of ${late}: it is the entry of an earlier role of this name, and admits nobody`,
      apply,
    ],
    [
      'failed',
      expect.stringContaining('has an access entry that is younger than the role'),
      expect.stringContaining('run again'),
    ],
    ['failed', expect.stringContaining('has no access entry for'), apply],
    ['failed', expect.stringContaining('could not be looked at'), expect.stringContaining("--cluster 'it'\\''s'")],
    ['failed', expect.stringContaining('that role could not be read'), 'Ask again with iam:GetRole.'],
  ]);
  expect(examine({ ...healthy, lastRun: unavailable(denied) }).some(({ check }) => check === 'access entries')).toBe(
    false,
  );
});

test.each<readonly [string, Deployment['silentAccounts'], readonly string[]]>([
  ['that is not there', healthy.silentAccounts, []],
  ['that heard of each account, or in which nothing changed', complete([]), ['ok']],
  ['that heard nothing of what changed', complete(['222222222222']), ['failed']],
  ['of which no run tells', complete(undefined), ['unread']],
  ['that cannot be read', unavailable(denied), ['unread']],
])('a fast lane %s', (_name, silentAccounts, results) => {
  const lines = examine({ ...healthy, silentAccounts }).filter(({ check }) => check === 'fast lane');
  expect(lines.map(({ result }) => result)).toEqual(results);
  if (results[0] !== 'failed') return;
  expect(lines[0]?.text).toContain('found changes in account 222222222222, and no event has come from there');
  expect(lines[0]?.fix).toContain('docs/member-events.yaml');
});

const hourly: Partial<Deployment> = {
  wantedSchedule: { enabled: true, expression: 'rate(1 hour)' },
  schedule: complete({ enabled: true, expression: 'rate(1 hour)' }),
};
const weekly = { enabled: true, expression: 'cron(0 3 ? * MON *)' };
const byCalendar: Partial<Deployment> = { wantedSchedule: weekly, schedule: complete(weekly) };
const gap = (operation: string, permission?: string) => ({
  accountId: '111122223333',
  section: 'roles' as const,
  reason: { kind: 'denied' as const, operation, message: 'no', ...(permission ? { permission } : {}) },
});

test('a healthy deployment is ticks alone, one at least for each check', () => {
  expect(wrongIn({})).toEqual([]);
  expect(doctorExitCode(examine(healthy))).toBe(0);
  expect(new Set(examine(healthy).map(({ check }) => check)).size).toBe(13);
});

const cases: readonly (readonly [string, Partial<Deployment>, readonly string[]])[] = [
  ['no stack', { stack: complete(undefined) }, ['failed stack', 'unread version']],
  [
    'a stack that rolled back',
    { stack: complete({ status: 'ROLLBACK_COMPLETE', outputs: { Version: '0.1.0' } }) },
    ['failed stack'],
  ],
  ...[
    'CREATE_FAILED',
    'UPDATE_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_FAILED',
    'REVIEW_IN_PROGRESS',
    'DELETE_FAILED',
  ].map(
    status =>
      [
        `a stack that is ${status}`,
        { stack: complete({ status, outputs: { Version: '0.1.0' } }) },
        ['failed stack'],
      ] as const,
  ),
  ...['CREATE_COMPLETE', 'IMPORT_COMPLETE'].map(
    status =>
      [`a stack that is ${status}`, { stack: complete({ status, outputs: { Version: '0.1.0' } }) }, []] as const,
  ),
  ['another version', { toolVersion: '0.2.0' }, ['failed version']],
  ['no schedule', { schedule: complete(undefined) }, ['failed schedule']],
  ['a schedule that is off', { schedule: complete({ enabled: false, expression: 'x' }) }, ['failed schedule']],
  [
    'a schedule with another expression than the configuration has',
    { schedule: complete({ enabled: true, expression: 'rate(30 days)' }) },
    ['failed schedule'],
  ],
  [
    'a schedule that is on, though the configuration wants it off',
    { wantedSchedule: { enabled: false, expression: 'rate(6 hours)' } },
    ['failed schedule'],
  ],
  ['no weekly schedule', { otherSchedules: [['a-weekly-summary', complete(undefined)]] }, ['failed schedule']],
  [
    'a weekly schedule that is off',
    { otherSchedules: [['a-weekly-summary', complete({ enabled: false, expression: 'x' })]] },
    ['failed schedule'],
  ],
  [
    'a weekly schedule that could not be read',
    { otherSchedules: [['a-weekly-summary', unavailable({ kind: 'denied', operation: 'x', message: 'no' })]] },
    ['unread schedule'],
  ],
  [
    'no run yet',
    { lastRun: complete(undefined) },
    ['unread last run', 'unread coverage', 'unread member roles', 'unread permissions'],
  ],
  ['a run that failed', run({ failure: 'why' }), ['failed last run']],
  ['an old run', run({ startedAt: '2026-11-01T03:00:00.000Z' }), ['failed last run']],
  [
    'a run that ended before it had accounts',
    run({ accounts: 0 }),
    ['unread coverage', 'unread member roles', 'unread permissions'],
  ],
  [
    'a role that was refused',
    run({ gaps: [gap('sts:AssumeRole', 'sts:AssumeRole on r')], gapCount: 1, failedAccounts: ['111122223333'] }),
    ['failed coverage', 'failed member roles', 'failed permissions'],
  ],
  [
    'an account that was not read for another reason: of its role nothing is known',
    run({ gaps: [gap('collect-account')], gapCount: 1, failedAccounts: ['111122223333'] }),
    ['failed coverage', 'unread member roles', 'unread permissions'],
  ],
  [
    'more gaps than a record keeps',
    run({ gaps: [gap('eks:ListClusters', 'eks:ListClusters')], gapCount: 9 }),
    ['failed coverage', 'unread member roles', 'failed permissions', 'unread permissions'],
  ],
  ['an alarm that rings', { alarms: complete([{ ...alarm, state: 'ALARM' }]) }, ['failed alarms']],
  ['an alarm without data', { alarms: complete([{ ...alarm, state: 'INSUFFICIENT_DATA' }]) }, ['unread alarms']],
  [
    'an alarm whose actions are switched off',
    { alarms: complete([{ ...alarm, actionsEnabled: false }]) },
    ['failed alarms'],
  ],
  ['an alarm that tells nobody', { alarms: complete([{ ...alarm, actions: [] }]) }, ['failed alarms']],
  ['an alarm that was taken away', { alarms: complete([{ ...alarm, name: 'a-other' }]) }, ['failed alarms']],
  ['no alarm at all', { alarms: complete([]), wantedAlarms: ['b', 'c'] }, ['failed alarms', 'failed alarms']],
  ['no alarm', { alarms: complete([]) }, ['failed alarms']],
  ['a topic that CloudWatch may not publish to', { topicPolicy: complete(policy()) }, ['failed alarms publish']],
  [
    'a key that CloudWatch may only encrypt with',
    { keyPolicy: complete(policy(allow('kms:GenerateDataKey*'))) },
    ['failed alarms publish'],
  ],
  [
    'a key that CloudWatch may only decrypt with',
    { keyPolicy: complete(policy(allow('kms:Decrypt'))) },
    ['failed alarms publish'],
  ],
  [
    'a run that is two days old, where there should be one in six hours',
    run({ startedAt: '2026-11-22T03:00:00.000Z' }),
    ['failed last run'],
  ],
  [
    'a run that is a day and a minute old, where there should be one each hour',
    { ...hourly, ...run({ startedAt: '2026-11-23T05:59:00.000Z' }) },
    ['failed last run'],
  ],
  [
    'no run of a day, which a deployment may take, where there should be one each hour',
    { ...hourly, ...run({ startedAt: '2026-11-23T06:01:00.000Z' }) },
    [],
  ],
  ['a key that CloudWatch may not use', { keyPolicy: complete(policy()) }, ['failed alarms publish']],
  [
    'an address that has not confirmed',
    { readers: complete([{ topicArn, address: 'x', state: 'pending' }]) },
    ['failed subscriptions'],
  ],
  [
    'an address that is not subscribed',
    { readers: complete([{ topicArn, address: 'x', state: 'absent' }]) },
    ['failed subscriptions'],
  ],
  ['nobody who reads alarms', { nobodyReadsAlarms: true }, ['failed subscriptions']],
  ['a letter', { deadLetters: complete([{ queue: 'q', letters: 1 }]) }, ['failed dead letters']],
  ['no queue', { deadLetters: complete([{ queue: 'q', letters: undefined }]) }, ['failed dead letters']],
  ['a topic of unknown account', { operationsTopicArn: 'x' }, ['unread alarms publish', 'unread alarms publish']],
  ['a table without an index', { table: complete({ indexes: [], timeToLive: 'expiresAt' }) }, ['failed table']],
  [
    'an index that is being built',
    { table: complete({ indexes: [{ name: 'byA', active: false, keys: ['a', 'b'] }], timeToLive: 'expiresAt' }) },
    ['failed table'],
  ],
  [
    'an index with other keys, and items that never expire',
    { table: complete({ indexes: [{ name: 'byA', active: true, keys: ['a', 'c'] }], timeToLive: undefined }) },
    ['failed table', 'failed table'],
  ],
  ['a small quota', { concurrency: complete(99) }, ['failed quota']],
  ['a quota that just suffices', { concurrency: complete(100) }, []],
  [
    'a role that could not be assumed for a reason that may pass',
    run({ gaps: [gap('sts:AssumeRole')], gapCount: 1 }),
    ['failed coverage', 'failed member roles'],
  ],
  [
    'an address that has not confirmed the topic of findings',
    {
      readers: complete([
        { topicArn: 'arn:aws:sns:eu-west-1:111122223333:a-findings', address: 'x', state: 'pending' },
      ]),
    },
    ['failed subscriptions'],
  ],
  [
    'a run that is six days old, where the schedule names days of the week',
    { ...byCalendar, ...run({ startedAt: '2026-11-18T06:00:00.000Z' }) },
    [],
  ],
  [
    'a run that is eight days old, where the schedule names days of the week',
    { ...byCalendar, ...run({ startedAt: '2026-11-16T05:00:00.000Z' }) },
    ['failed last run'],
  ],
  [
    'a schedule that is off, as the configuration says',
    {
      wantedSchedule: { enabled: false, expression: 'rate(6 hours)' },
      schedule: complete({ enabled: false, expression: 'rate(6 hours)' }),
    },
    ['failed schedule'],
  ],
  ['a run in just the time that two turns of the schedule take', run({ startedAt: '2026-11-23T06:00:00.000Z' }), []],
  [
    'a run that is a second older than two turns of three days',
    {
      schedule: complete({ enabled: true, expression: 'rate(3 days)' }),
      wantedSchedule: { enabled: true, expression: 'rate(3 days)' },
      ...run({ startedAt: '2026-11-18T05:59:59.000Z' }),
    },
    ['failed last run'],
  ],
  [
    'an account that was not read and no gap, and one gap without an account',
    run({ failedAccounts: ['111122223333'] }),
    ['failed coverage', 'unread member roles', 'unread permissions'],
  ],
  [
    'two gaps of one permission, and one of another',
    run({ gaps: [gap('a:A', 'a:A'), gap('a:A', 'a:A'), gap('b:B', 'b:B')], gapCount: 3 }),
    ['failed coverage', 'failed permissions', 'failed permissions'],
  ],
  [
    'a role that was refused twice in the same words',
    run({ gaps: [gap('sts:AssumeRole'), gap('sts:AssumeRole')], gapCount: 2 }),
    ['failed coverage', 'failed member roles'],
  ],
  [
    'alarms of which a part was read, one of them ringing',
    { alarms: withGaps([{ ...alarm, state: 'ALARM' }], [{ what: 'x', reason: denied }]) },
    ['failed alarms', 'unread alarms'],
  ],
];

test.each(cases)('%s is said', (_title, over, lines) => {
  expect(wrongIn(over).map(line => line.split(':')[0])).toEqual(lines);
});

test('without a key of one’s own, without addresses and without letters there is a tick that says so', () => {
  const none = { keyPolicy: complete(undefined), readers: complete([]), deadLetters: complete([]) };
  const lines = examine({ ...healthy, ...none, operationsTopicArn: topicArn }).map(shown);
  expect(lines).toEqual(
    expect.arrayContaining([
      'ok alarms publish: the topic of operations is not encrypted with a key of yours',
      'ok subscriptions: no e-mail address is configured',
      'ok dead letters: 0 queues, empty',
    ]),
  );
});

test.each([
  [['ok', 'unread', 'failed'], 1],
  [['ok', 'failed'], 1],
  [['ok', 'unread'], 3],
  [['ok'], 0],
  [[], 0],
] as const)('lines that are %j end with %i', (results, code) => {
  expect(doctorExitCode(results.map(result => ({ check: 'x', text: 'y', result })))).toBe(code);
});

test('each line has its words and its fix', () => {
  const told = ([title, over]: (typeof cases)[number]): string =>
    [
      title,
      ...examine({ ...healthy, ...over })
        .filter(({ result }) => result !== 'ok')
        .map(line => `  ${shown(line)}${line.fix === undefined ? '' : `\n    ${line.fix}`}`),
    ].join('\n');
  const ticks = examine(healthy).map(line => `  ${shown(line)}`);
  golden('doctor-lines.txt', `${['healthy', ...ticks, ...cases.map(told)].join('\n')}\n`);
});

test('what could not be read is a question mark with the reason, and its check has no tick', () => {
  const sections = [
    'stack',
    'schedule',
    'lastRun',
    'table',
    'alarms',
    'topicPolicy',
    'keyPolicy',
    'readers',
    'deadLetters',
    'concurrency',
  ] as const;
  for (const section of sections) {
    const whole = examine(healthy);
    const lines = examine({ ...healthy, [section]: unavailable(denied) });
    const unread = lines.filter(({ result }) => result === 'unread');
    expect([section, unread.length > 0, doctorExitCode(lines)]).toEqual([section, true, 3]);
    expect(unread.map(({ text, fix }) => [text, fix])).toEqual(
      unread.map(() => ['could not be read: x:Read denied: no', 'Grant x:Read to whoever asks.']),
    );
    expect(lines.filter(({ result }) => result === 'ok')).toHaveLength(
      whole.filter(({ result }) => result === 'ok').length - unread.length,
    );
  }
  const blind = Object.fromEntries(sections.map(section => [section, unavailable(denied)]));
  const otherSchedules = [['a-weekly-summary', unavailable<never>(denied)]] as const;
  expect(examine({ ...healthy, ...blind, otherSchedules }).filter(({ result }) => result === 'ok')).toEqual([]);
});

test('a lost subscription is made again with its filter by one command, since a deployment makes none', () => {
  const filterPolicy = '{"severity":["high"]}';
  const lost = { topicArn, address: "o'neil@example.com", filterPolicy, state: 'absent' } as const;
  const [line] = examine({ ...healthy, readers: complete([lost]) }).filter(({ result }) => result === 'failed');
  expect(line?.fix).toBe(
    String.raw`aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:111122223333:a-operations --protocol email --notification-endpoint 'o'\''neil@example.com' --attributes '{"FilterPolicyScope":"MessageAttributes","FilterPolicy":"{\"severity\":[\"high\"]}"}' --region eu-west-1, then confirm within 48 hours.`,
  );
});

test('members whose role is older than an option are named, with the command that updates it', () => {
  const inAccount = (accountId: string) => ({ ...gap('iam:GetPolicyVersion', 'iam:GetPolicyVersion'), accountId });
  const lines = wrongIn(run({ gaps: [inAccount('222233334444'), inAccount('333344445555')], gapCount: 2 }));
  expect(lines.filter(line => line.startsWith('failed permissions'))).toEqual([
    'failed permissions: iam:GetPolicyVersion was refused in the last run (2 gaps, account 222233334444 and 333344445555)',
  ]);
});
