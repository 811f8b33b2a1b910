/** The ten lines that `cdk synth`, `diff` and `deploy` print: what the stack makes, and what it costs. */
import { type Configuration, destinationsOf, periodOf } from '../lib/config/configuration.ts';
import { counted, listed } from '../lib/text.ts';
import { billOf, countsAt, monthMinutes, resourcesIn } from './price/bill.ts';
import runCounts from './price/run-counts.json' with { type: 'json' };

interface Synthesized {
  readonly configuration: Configuration;
  /** The stack as CloudFormation gets it. */
  readonly template: unknown;
  readonly version: string;
  /** Absent: those of the profile at the deployment. */
  readonly accountId?: string;
  readonly region?: string;
}

/** The size of each account whose runs were counted (`run-counts.json`: the simulation of `npm run cost`). */
const account = { clusters: 20, roles: 1000 } as const;

/** The lines, each with its end. */
export const deploymentSummary = (synthesized: Synthesized): string => {
  const { configuration, version, accountId, region } = synthesized;
  const { name, inCluster, fastLane, weeklySummary, retention, minSeverity, operations } = configuration;
  const { expression, timeZone, enabled } = configuration.schedule;
  const on = (choice: { readonly enabled: boolean }) => (choice.enabled ? 'on' : 'off');
  const resources = resourcesIn(synthesized.template);
  const isKept = resources.some(
    ({ Type, DeletionPolicy = '' }) => Type === 'AWS::DynamoDB::Table' && DeletionPolicy.startsWith('Retain'),
  );
  const options = `${inCluster.enabled ? ' --in-cluster' : ''}${fastLane.enabled ? ' --fast-lane' : ''}`;
  const lines = [
    [
      'audits',
      `${auditedAccounts(configuration)}, ${auditedRegions(configuration)}; inside clusters: ${on(inCluster)}`,
    ],
    [
      'runs',
      `${enabled ? `${expression} (${timeZone})` : 'off: none starts by itself'}; fast lane: ${on(fastLane)}; weekly summary: ${on(weeklySummary)}`,
    ],
    ['tells', `${readersOf(destinationsOf(configuration))}, of severity ${minSeverity} and above`],
    ['alarms', operations === undefined || operations === 'none' ? 'nobody' : readersOf([operations])],
    ['makes', `${counted(resources.length, 'resource')}: ${kindsOf(resources)}`],
    [
      'keeps',
      `documents ${retention.snapshotDays} days, resolved findings ${retention.resolvedDays}, logs ${retention.logDays}; table and bucket ${isKept ? 'stay after' : 'go with'} cdk destroy`,
    ],
    ['price', priceOf(synthesized)],
    ['', `other sizes: npm run cost -- --accounts N --clusters N --roles N --schedule '${expression}'${options}`],
    ['then', 'npx --no-install irsa-auditor doctor --run'],
  ];
  const place = [accountId === undefined ? [] : `account ${accountId}`, region ?? []].flat();
  const title = [`irsa-auditor ${version}: stack ${name}`, ...place].join(', ');
  return [title, ...lines.map(([label = '', text = '']) => `  ${label.padEnd(8)}${text}`), ''].join('\n');
};

const auditedAccounts = ({ accounts }: Configuration): string => {
  if (accounts.from === 'self') return 'its own account';
  return accounts.from === 'list' ? counted(accounts.accountIds.length, 'account') : 'the accounts of the organization';
};

const auditedRegions = ({ regions }: Configuration): string => {
  if (regions === undefined) return 'its own region';
  return regions === 'all' ? 'all regions' : listed(regions);
};

const readersOf = (all: readonly { readonly to: string; readonly addresses?: readonly string[] }[]): string =>
  all.length === 0
    ? 'nobody: findings stay in the table'
    : listed(
        all.map(({ to, addresses }) =>
          addresses ? `${to} (${counted(addresses.length, 'address', 'addresses')})` : to,
        ),
      );

/** Types that a reader looks for, each with its word. */
const words: readonly (readonly [type: string, one: string])[] = [
  ['AWS::Lambda::Function', 'function'],
  ['AWS::StepFunctions::StateMachine', 'state machine'],
  ['AWS::DynamoDB::Table', 'table'],
  ['AWS::S3::Bucket', 'bucket'],
  ['AWS::SNS::Topic', 'topic'],
  ['AWS::SQS::Queue', 'queue'],
  ['AWS::IAM::Role', 'role'],
  ['AWS::CloudWatch::Alarm', 'alarm'],
  ['AWS::KMS::Key', 'key'],
];

const kindsOf = (resources: ReturnType<typeof resourcesIn>): string =>
  words
    .map(([type, one]) => [resources.filter(({ Type }) => Type === type).length, one] as const)
    .flatMap(([count, one]) => (count === 0 ? [] : [counted(count, one)]))
    .join(', ');

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

/** The price of a month at the schedule. An organization is as large as it is: of one account, and of fifty. */
const priceOf = ({ configuration, template }: Synthesized): string => {
  const { name, accounts, schedule, inCluster, notifications, operations } = configuration;
  const [one, three] = runCounts[inCluster.enabled ? 'inside' : 'outside'];
  if (one === undefined || three === undefined) throw new Error('run-counts.json has no two counts');
  const secrets = [...notifications, operations].filter(to => typeof to === 'object' && 'secretName' in to).length;
  const bill = (count: number, runs: number) => {
    const fleet = { ...account, accounts: count, inCluster: inCluster.enabled };
    return dollars(billOf({ fleet, runs, secrets }, countsAt(count, one, three), { template, name }).total);
  };
  const size = `of ${account.clusters} clusters and ${account.roles.toLocaleString('en')} roles`;
  const period = schedule.enabled ? periodOf(schedule.expression) : undefined;
  if (period === undefined)
    return `about ${bill(1, 0)} a month without a run, ${bill(1, 100)} with 100 runs, with 1 account ${size}`;
  const runs = monthMinutes / period;
  const counts =
    accounts.from === 'organization' ? [1, 50] : [accounts.from === 'list' ? accounts.accountIds.length : 1];
  return `about ${counts.map(count => `${bill(count, runs)} a month with ${counted(count, 'account')} ${size}`).join(', ')}`;
};
