import { expect, test } from '@jest/globals';
import { readRefusing } from '../../../lib/cli/doctor/read-refusing.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { Unread } from '../../../lib/model/unread.ts';
import { sandboxCredentials } from '../../../sandbox/aws/credentials.ts';
import { startAws } from '../../../sandbox/aws/start-aws.ts';
import { anAccount, aWorldCluster } from '../../../sandbox/world/build.ts';
import type { Fault } from '../../../sandbox/world/world.ts';
import { aWorldRole } from '../../support/aws-world.ts';

const [own, other] = ['222233334444', '555566667777'];
const region = 'eu-central-1';
const principalArn = `arn:aws:iam::${own}:role/audit/acme-collect-cluster`;
const topicArn = `arn:aws:sns:${region}:${own}:acme-operations`;
const configuration = parseConfiguration('{"name": "acme", "memberRole": {"name": "reader"}}', 'test');
const faults: Fault[] = [];
const gap = (clusterName: string, message: string, accountId = own, where = region): Unread => ({
  ...{ section: 'inside', accountId, region: where, clusterName },
  reason: { kind: 'denied', operation: 'list pods', message },
});
const runOf = (gaps: readonly Unread[]) =>
  complete({ startedAt: '2026-11-20T00:00:00Z', accounts: 1, failedAccounts: [], gaps, gapCount: gaps.length });

test('each cluster that answered 401 is asked for its entry once, those of other accounts are not', async () => {
  const entry = { principalArn, kubernetesGroups: [], username: 'x', type: 'STANDARD', policies: [] };
  const shop = aWorldCluster('shop', region, undefined, {
    accessEntries: [{ ...entry, createdAt: '2026-01-01T00:00:00Z' }],
  });
  const roles = [aWorldRole({ name: 'acme-collect-cluster', path: '/audit/', createdAt: '2026-02-01T00:00:00Z' })];
  const aws = await startAws({
    accounts: [anAccount(own, 'a', { clusters: [shop, aWorldCluster('bare', region, undefined)], roles })],
    ...{ issuers: [], kubernetes: new Map(), faults },
  });
  const keys = sandboxCredentials(own);
  const names = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
  const before = { ...process.env };
  Object.assign(process.env, names);
  try {
    const gaps = [
      ...[gap('shop', '401: Unauthorized'), gap('shop', '401: Unauthorized'), gap('bare', '401: Unauthorized')],
      ...[gap('calm', '403: pods is forbidden'), gap('far', '401: Unauthorized', other)],
      // Of the name of another one.
      ...[gap('bare', '401: Unauthorized', own, 'eu-west-1'), gap('bare', '401: Unauthorized', other)],
    ];
    const found = await readRefusing({ region, endpoint: aws.url }, configuration, runOf(gaps), topicArn);
    expect(found).toEqual([
      {
        ...{ accountId: own, region, clusterName: 'shop', principalArn },
        entry: complete({
          ...{ groups: [], entryMadeAt: '2026-01-01T00:00:00.000Z', roleMadeAt: '2026-02-01T00:00:00.000Z' },
        }),
      },
      { ...{ accountId: own, region, clusterName: 'bare', principalArn }, entry: complete(undefined) },
      {
        ...{ accountId: other, region, clusterName: 'far', principalArn: `arn:aws:iam::${other}:role/reader` },
        entry: expect.objectContaining({ status: 'unavailable' }),
      },
      { ...{ accountId: own, region: 'eu-west-1', clusterName: 'bare', principalArn }, entry: expect.anything() },
      {
        ...{ accountId: other, region, clusterName: 'bare', principalArn: `arn:aws:iam::${other}:role/reader` },
        entry: expect.objectContaining({ status: 'unavailable' }),
      },
    ]);
    const calls = aws.calls();
    expect([calls['eks:DescribeAccessEntry'], calls['iam:GetRole']]).toEqual([3, 2]);
    expect(await readRefusing({ region, endpoint: aws.url }, configuration, runOf([]), topicArn)).toEqual([]);
    faults.push({ operation: 'iam:GetRole', kind: 'deny' });
    const one = runOf([gap('shop', '401: Unauthorized')]);
    expect(await readRefusing({ region, endpoint: aws.url }, configuration, one, topicArn)).toEqual([
      {
        ...{ accountId: own, region, clusterName: 'shop' },
        entry: { status: 'unavailable', reason: expect.objectContaining({ operation: 'iam:GetRole', kind: 'denied' }) },
      },
    ]);
    const unread = unavailable<undefined>({ kind: 'denied', operation: 'x', message: 'no' });
    expect(await readRefusing({ region, endpoint: aws.url }, configuration, unread, topicArn)).toEqual([]);
  } finally {
    process.env = before;
    await aws.stop();
  }
});
