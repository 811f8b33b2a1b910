import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../../lib/audit/document-keys.ts';
import { deployedRuns } from '../../../lib/cli/serve/follow-runs.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { s3PageStore } from '../../../lib/store/s3-page-store.ts';
import { startLocalServices, tableName } from '../../../sandbox/local-services.ts';
import { aRunRecord, at } from './run-record.ts';

let services: Awaited<ReturnType<typeof startLocalServices>>;
beforeAll(async () => {
  services = await startLocalServices('eu-west-1');
});
afterAll(() => services.stop());

describe('the runs of a deployed auditor, on DynamoDB and S3 over loopback', () => {
  test('are looked at as they end: the newest page, and why there is no newer one', async () => {
    const { dynamodb, s3, bucket } = services;
    const store = dynamodbFindingStore({
      client: dynamodb,
      tableName,
      retention: { resolvedDays: 1, historyDays: 1000 },
    });
    const pages = s3PageStore({ client: s3, bucket, toolVersion: '1.0.0' });
    const put = (hour: number) => pages.put(documentKeys(`run-${hour}`).report, `<p>Größe ${hour}</p>`);
    const pagesRead: string[] = [];
    s3.middlewareStack.add(
      (next, { commandName }) =>
        args => {
          if (commandName === 'GetObjectCommand') pagesRead.push((args.input as { readonly Key: string }).Key);
          return next(args);
        },
      { step: 'initialize' },
    );
    let now = at(1);
    const look = deployedRuns({ queries: store, s3, bucket, now: () => now });
    expect(await look()).toEqual({});

    await store.recordRun(aRunRecord(1));
    expect(await look()).toEqual({});
    await put(1);
    const first = { page: { run: 'run-1', html: '<p>Größe 1</p>' }, endedAt: at(1, 5) };
    expect(await look()).toEqual(first);

    await store.recordRun(aRunRecord(2));
    now = at(2, 10);
    expect(await look()).toEqual(first);
    now = at(2, 20);
    expect(await look()).toEqual({ ...first, failed: `The run that began at ${at(2)} has no page in the bucket` });
    await put(2);
    const second = { page: { run: 'run-2', html: '<p>Größe 2</p>' }, endedAt: at(2, 5) };
    expect(await look()).toEqual(second);
    const read = pagesRead.splice(0);
    expect([new Set(read), read.filter(key => key.includes('run-1')).length]).toEqual([
      new Set(['run-1', 'run-2'].map(run => documentKeys(run).report)),
      2,
    ]);
    expect(await look()).toEqual(second);
    expect(pagesRead).toEqual([]);

    await store.recordRun(aRunRecord(3, { status: 'TIMED_OUT', error: '', message: 'collect: ran out of time' }));
    expect(await look()).toEqual({
      ...second,
      failed: `The run that began at ${at(3)} failed: collect: ran out of time`,
    });
    await put(3);
    expect(await look()).toMatchObject({
      page: { run: 'run-3' },
      failed: `The run that began at ${at(3)} failed: collect: ran out of time`,
    });
  });
});
