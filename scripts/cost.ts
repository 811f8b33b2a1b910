/**
 * `npm run cost -- --accounts N --clusters N --roles N --schedule 'rate(1 hour)' [--in-cluster] [--fast-lane]
 * [--customer-key] [--destinations N] [--json]`: the bill of a month by service. Exit code 2 for an option that cannot be
 * used.
 */
import { parseArgs } from 'node:util';
import { monthlyBill, ScheduleUnknown } from '../bench/fleet/bill.ts';
import type { Bill } from '../bin/price/bill.ts';

const fail = (message: string): never => {
  process.stderr.write(`cost: ${message}\n`);
  process.exit(2);
};

const read = () => {
  try {
    return parseArgs({
      options: {
        accounts: { type: 'string', default: '1' },
        clusters: { type: 'string', default: '20' },
        roles: { type: 'string', default: '1000' },
        schedule: { type: 'string', default: 'rate(6 hours)' },
        'in-cluster': { type: 'boolean', default: false },
        'fast-lane': { type: 'boolean', default: false },
        'customer-key': { type: 'boolean', default: false },
        destinations: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
};

const {
  json,
  schedule,
  'in-cluster': inCluster,
  'fast-lane': fastLane,
  'customer-key': customerKey,
  ...sizes
} = read();

const count = (name: keyof typeof sizes, least: number, most: number): number =>
  /^\d+$/.test(sizes[name]) && Number(sizes[name]) >= least && Number(sizes[name]) <= most
    ? Number(sizes[name])
    : fail(`--${name}: got ${sizes[name]}, want a whole number from ${least} to ${most}`);

const billed = {
  accounts: count('accounts', 1, 10_000),
  clusters: count('clusters', 0, 500),
  roles: count('roles', 0, 5000),
  ...{ schedule, inCluster, fastLane, customerKey },
  webhooks: count('destinations', 0, 100),
};

const cents = (dollars: number): number => Math.round(dollars * 100) / 100;

const names: Readonly<Record<string, string>> = {
  stepFunctions: 'Step Functions',
  lambda: 'Lambda',
  dynamodb: 'DynamoDB',
  s3: 'S3',
  cloudWatch: 'CloudWatch',
  xRay: 'X-Ray',
  kms: 'KMS',
  scheduler: 'Scheduler',
  sqs: 'SQS',
  secrets: 'Secrets Manager',
  sns: 'SNS',
};

const table = ({ total, ...services }: Bill): string =>
  [...Object.entries(services), ['in all', total] as const]
    .map(([name, dollars]) => `${(names[name] ?? name).padEnd(16)}${`$${dollars.toFixed(2)}`.padStart(10)}\n`)
    .join('');

try {
  const bill = await monthlyBill(billed);
  const monthlyUsd = Object.fromEntries(Object.entries(bill).map(([name, dollars]) => [name, cents(dollars)]));
  process.stdout.write(json ? `${JSON.stringify({ ...billed, monthlyUsd })}\n` : table(bill));
} catch (error) {
  if (error instanceof ScheduleUnknown) fail(error.message);
  throw error;
}
