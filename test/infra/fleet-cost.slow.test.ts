import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Billed, monthlyBill, ScheduleUnknown } from '../../bench/fleet/bill.ts';
import { simulate } from '../../bench/fleet/simulate.ts';
import { deploymentSummary } from '../../bin/deployment-summary.ts';
import type { Bill } from '../../bin/price/bill.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { synthesizedTemplate } from '../../sandbox/workflow/synthesized-definition.ts';

const size = { clusters: 20, roles: 1000, inCluster: true };
const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

describe('the bill of a month', () => {
  const cells = ({ stepFunctions = 0, lambda = 0, dynamodb = 0, s3 = 0, cloudWatch = 0, total }: Bill): string =>
    [...[stepFunctions, lambda, dynamodb, s3, cloudWatch].map(dollars), `**${dollars(total)}**`].join(' | ');

  test.each([
    ['1', 'rate(1 hour)'],
    ['50', 'rate(1 hour)'],
    ['2,000', 'rate(1 day)'],
    ['2,000', 'rate(1 hour)'],
  ])('of %s accounts with %s stands on the page as the command computes it', async (accounts, schedule) => {
    const bill = await monthlyBill({ ...size, accounts: Number(accounts.replace(',', '')), schedule });
    expect(readFileSync('docs/deploy.md', 'utf8')).toContain(`| ${accounts} | \`${schedule}\` | ${cells(bill)} |`);
    if (schedule === 'rate(1 hour)' && accounts === '2,000') return;
    expect(readFileSync('README.md', 'utf8').replace(/\s+/g, ' ')).toContain(dollars(bill.total));
  });

  test.each([
    ['one account each hour is less than two dollars', 1, 'rate(1 hour)', 2],
    ['2,000 accounts each day are less than sixty', 2000, 'rate(1 day)', 60],
  ])('of %s', async (_title, accounts, schedule, most) => {
    expect((await monthlyBill({ ...size, accounts, schedule })).total).toBeLessThan(most);
  });

  test('of 2,000 accounts each hour with 1,500 roles is less than nine hundred', async () => {
    const bill = await monthlyBill({ ...size, roles: 1500, accounts: 2000, schedule: 'rate(1 hour)' });
    expect(bill.total).toBeLessThan(900);
  });

  test('is not guessed for a schedule whose runs cannot be counted', async () => {
    const schedule = 'cron(0 6 ? * MON *)';
    await expect(monthlyBill({ ...size, accounts: 1, schedule })).rejects.toBeInstanceOf(ScheduleUnknown);
  });
});

describe('the summary of cdk synth', () => {
  const summaryOf = async (asked: object) => {
    const configuration = parseConfiguration(JSON.stringify({ operations: 'none', ...asked }), 'test');
    const template = await synthesizedTemplate(configuration);
    return deploymentSummary({
      configuration,
      template,
      version: '1.2.3',
      accountId: '111122223333',
      region: 'eu-west-1',
    });
  };
  const list = { from: 'list', accountIds: ['111122223333', '222233334444', '333344445555'] };

  test.each<readonly [string, object, Omit<Billed, 'clusters' | 'roles' | 'schedule'>]>([
    ['the default', {}, { accounts: 1, inCluster: false }],
    ['three accounts from inside', { accounts: list, inCluster: { enabled: true } }, { accounts: 3, inCluster: true }],
    [
      'a key and a webhook',
      { customerKey: true, notifications: [{ to: 'slack', secretName: 'a/b' }] },
      { accounts: 1, inCluster: false, customerKey: true, webhooks: 1 },
    ],
  ])('has the price that npm run cost has, to two cents: %s', async (_title, asked, billed) => {
    const expression = 'rate(1 hour)';
    const [, told = ''] =
      /price +about \$([\d.]+) a month/.exec(await summaryOf({ ...asked, schedule: { expression } })) ?? [];
    const { total } = await monthlyBill({ ...billed, clusters: 20, roles: 1000, schedule: expression });
    expect(Math.abs(Number(told) - total)).toBeLessThan(0.02 * Math.max(1, billed.accounts));
  });

  test('says in ten lines what is made', async () => {
    const notifications = [{ to: 'email', addresses: ['a@example.com', 'b@example.com'] }];
    expect(
      await summaryOf({ notifications, regions: ['eu-west-1', 'eu-west-3'] }),
    ).toBe(`irsa-auditor 1.2.3: stack irsa-auditor, account 111122223333, eu-west-1
  audits  its own account, eu-west-1 and eu-west-3; inside clusters: off
  runs    rate(6 hours) (UTC); fast lane: off; weekly summary: off
  tells   email (2 addresses), of severity low and above
  alarms  nobody
  makes   64 resources: 7 functions, 1 state machine, 1 table, 1 bucket, 2 topics, 2 queues, 9 roles, 5 alarms
  keeps   documents 30 days, resolved findings 90, logs 30; table and bucket stay after cdk destroy
  price   about $1.20 a month with 1 account of 20 clusters and 1,000 roles
          other sizes: npm run cost -- --accounts N --clusters N --roles N --schedule 'rate(6 hours)'
  then    npx --no-install irsa-auditor doctor --run
`);
  });

  test('of an organization it has two sizes, and no month for a schedule whose runs are not counted', async () => {
    const organization = await summaryOf({ accounts: { from: 'organization' } });
    expect(organization).toMatch(
      /price +about \$1\.\d\d a month with 1 account of .+, \$\d+\.\d\d a month with 50 accounts of /,
    );
    const weekly = await summaryOf({ schedule: { expression: 'cron(0 3 ? * MON *)' } });
    expect(weekly).toMatch(/price +about \$1\.\d\d a month without a run, \$\d\.\d\d with 100 runs/);
  });
});

describe('a simulated run over 60 accounts', () => {
  test('takes for each account what it takes for one, and no more', async () => {
    const small = { clusters: 2, roles: 4, inCluster: true };
    const [one, three, sixty] = [
      await simulate({ ...small, accounts: 1 }),
      await simulate({ ...small, accounts: 3 }),
      await simulate({ ...small, accounts: 60 }),
    ];
    const line = (a: number, b: number) => a + ((b - a) / 2) * 59;
    expect(sixty.transitions).toBe(line(one.transitions, three.transitions));
    expect(sixty.s3.put).toBe(line(one.s3.put, three.s3.put));
    expect(sixty.s3.get).toBe(line(one.s3.get, three.s3.get));
    expect(sixty.dynamodb.requests).toBe(line(one.dynamodb.requests, three.dynamodb.requests));
    expect(sixty.invocations).toEqual({
      ...{ 'list-targets': 1, 'index-issuers': 1, 'probe-issuers': 1, 'notify-drift': 1, 'complete-run': 1 },
      ...{ 'collect-account': 60, 'collect-cluster': 60, 'evaluate-account': 60 },
    });
    // Two maps with an execution and a Task for each account, one map over its calls of collect-cluster with a Task.
    expect((sixty.transitions - one.transitions) / 59).toBe(6);
    // Read once, written once: the account, its share, two clusters, issuers, evaluation, summary, target.
    expect((sixty.s3.put - one.s3.put) / 59).toBe(8);
    // The watermark, what is known, and the confirmation.
    expect((sixty.dynamodb.requests - one.dynamodb.requests) / 59).toBe(3);
  });
});
