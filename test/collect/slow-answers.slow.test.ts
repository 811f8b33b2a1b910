/** Readers against answers that take as long as those of a large account, on a clock of their own. A function ends after 900
 *  seconds, whatever it has read (Lambda Developer Guide, "Lambda quotas"). */
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { EarlierReading } from '../../lib/audit/ports.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { readRuntime } from '../../lib/collect/cloudtrail/cloudtrail-runtime-reader.ts';
import { readAuthorizationDetails } from '../../lib/collect/iam/authorization-details.ts';
import { readServiceUse } from '../../lib/collect/iam/read-service-use.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete, unavailable, valueOr } from '../../lib/model/collected.ts';
import type { SeenCalls } from '../../lib/model/runtime.ts';
import type { ServiceUse, ServiceUses } from '../../lib/model/service-use.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aRole, aSnapshot } from '../support/example-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const at = '2026-12-01T00:00:00.000Z';

describe('CloudTrail that never ends', () => {
  const read = async (regions: readonly string[], latency: number, seen: SeenCalls = {}, maxCalls = 2000) => {
    const clock = virtualClock();
    let calls = 0;
    const client = {
      send: async () => {
        calls += 1;
        await clock.sleep(latency);
        const eventTime = '2026-11-30T23:00:00Z';
        const record = {
          eventID: `${calls}`,
          eventName: 'AssumeRoleWithWebIdentity',
          eventTime,
          awsRegion: 'us-east-1',
        };
        const CloudTrailEvent = JSON.stringify({ ...record, requestParameters: { roleArn: 'arn:aws:iam::1:role/a' } });
        return { Events: [{ CloudTrailEvent }], NextToken: `t${calls}` };
      },
    } as unknown as CloudTrailClient;
    const answer = await clock.run(() =>
      readRuntime(() => client, { regions, at, seen }, { lookbackMinutes: 129_600, maxCalls }, clock),
    );
    return { ...answer, calls, seconds: clock.now() / 1000 };
  };

  test.each([
    [['us-east-1'], 300],
    [['us-east-1'], 5_000],
    [['eu-west-1', 'us-east-1'], 1_000],
  ])('%j, a call takes %d ms: the reading ends in time, and keeps what it saw', async (regions, latency) => {
    const { runtime, seen, calls, seconds } = await read(regions, latency);
    expect(seconds).toBeLessThan(500);
    expect(runtime).toMatchObject({
      status: 'partial',
      value: { events: [{ successes: calls }] },
      gaps: regions.map(() => ({ reason: { kind: 'too-large', message: expect.stringMatching(/the 8 minutes/) } })),
    });
    // The next run asks for what came since, and not for the same again.
    for (const region of regions) expect(seen[region]).toMatchObject({ until: '2026-11-30T23:45:00.000Z' });
  });

  test('a budget that is spent before says so itself', async () => {
    const { runtime, calls } = await read(['us-east-1'], 300, {}, 60);
    expect([calls, JSON.stringify(runtime)]).toEqual([60, expect.stringContaining('cloudTrail.maxCalls')]);
  });
});

describe('reports on the services of 1,500 roles', () => {
  const trustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole'] }],
  });
  const roles: readonly Role[] = Array.from({ length: 1_500 }, (_, number) => {
    const arn = `arn:aws:iam::111122223333:role/r${number}`;
    const detail = { lastUsedAt: at, attachedPolicyArns: [], isAdministrator: false, tags: {} };
    return aRole({
      arn,
      name: `r${number}`,
      createdAt: '2020-01-01T00:00:00.000Z',
      trustPolicy,
      detail: complete(detail),
    });
  });

  /** One run so many hours later, in which a report is ready after `job` milliseconds. */
  const run = async (
    hour: number,
    job: number,
    earlier?: EarlierReading['uses'],
    stuck: ReadonlySet<string> = new Set(),
  ) => {
    const begun = Date.parse(at) + hour * 3_600_000;
    const clock = virtualClock(begun);
    const ready = new Map<string, number>();
    const asked: string[] = [];
    const iam = {
      send: async ({ input }: { readonly input: { readonly Arn?: string; readonly JobId?: string } }) => {
        await clock.sleep(150);
        const { Arn, JobId = '' } = input;
        if (Arn === undefined)
          return clock.now() < (ready.get(JobId) ?? 0)
            ? { JobStatus: 'IN_PROGRESS' }
            : {
                JobStatus: 'COMPLETED',
                JobCompletionDate: new Date(clock.now()),
                ServicesLastAccessed: [{ ServiceNamespace: 's3' }],
              };
        asked.push(Arn);
        ready.set(Arn, stuck.has(Arn) ? Number.POSITIVE_INFINITY : clock.now() + job);
        return { JobId: Arn };
      },
    } as unknown as IAMClient;
    const now = new Date(begun).toISOString();
    const use = await clock.run(() => readServiceUse(iam, complete(roles), { now, days: 90, clock, earlier }));
    const seconds = (clock.now() - begun) / 1000;
    const read: ServiceUses = valueOr(use, {});
    const kept = Object.fromEntries(
      Object.entries(read).flatMap(([arn, one]) => (one.status === 'complete' ? [[arn, one.value] as const] : [])),
    );
    return { use, kept, asked, seconds };
  };

  test.each([5_000, 10_000])('ready after %d ms: each role has its turn, and none is asked twice before', async job => {
    const asked = new Set<string>();
    let kept: EarlierReading['uses'];
    let runs = 0;
    for (; Object.keys(kept ?? {}).length < roles.length; runs += 1) {
      const one = await run(runs * 6, job, kept);
      expect(one.seconds).toBeLessThan(190);
      const known = new Set(Object.keys(kept ?? {}));
      expect(one.asked.filter(arn => known.has(arn) && runs < 10)).toEqual([]);
      for (const arn of one.asked) asked.add(arn);
      // A report that was read stays: each run knows more than the one before.
      expect(Object.keys(one.kept).length).toBeGreaterThan(known.size);
      kept = one.kept;
      expect(runs).toBeLessThan(50);
    }
    expect(asked.size).toBe(roles.length);
    // Once all are read the section is complete, and the oldest report is made again first.
    const next = await run(runs * 6, job, kept);
    expect([next.use.status, Object.keys(next.kept).length]).toEqual(['complete', roles.length]);
    const oldest = Object.values(kept ?? {})
      .map(one => one.at)
      .sort()[0];
    expect(kept?.[next.asked[0] ?? '']?.at).toBe(oldest);
  });

  test('reports that are never ready do not keep the others from theirs', async () => {
    const stuck = new Set(roles.slice(0, 4).map(({ arn }) => arn));
    const { kept } = await run(0, 1_000, undefined, stuck);
    expect(Object.keys(kept).length).toBeGreaterThan(50);
  });

  test('a report that is older than thirty days is no answer', async () => {
    const [first] = roles;
    const uses = Object.fromEntries(roles.map(({ arn }) => [arn, { at, services: 1, unused: [] }]));
    const young = await run(29 * 24, Number.POSITIVE_INFINITY, uses);
    expect(young.use.status).toBe('complete');
    const old = await run(31 * 24, Number.POSITIVE_INFINITY, uses);
    expect(old.use).toMatchObject({ status: 'unavailable', reason: { kind: 'timed-out' } });
    expect(first).toBeDefined();
  });

  test('the reports of a run are kept for the next one', async () => {
    const reports = { 'arn:aws:iam::111122223333:role/a': { at, services: 2, unused: ['sqs'] } };
    const late = unavailable<ServiceUse>({ kind: 'timed-out', operation: 'o', message: 'm' });
    const documents = memoryDocumentStore();
    const seen: (EarlierReading | undefined)[] = [];
    const sections: (ServiceUses | undefined)[] = [
      { 'arn:aws:iam::111122223333:role/a': complete(reports['arn:aws:iam::111122223333:role/a']), b: late },
      undefined,
      {},
    ];
    for (const [number, serviceUse] of sections.entries()) {
      const snapshot = aSnapshot(serviceUse === undefined ? {} : { serviceUse: complete(serviceUse) });
      const accounts = {
        read: async (_target: unknown, _at: string, earlier?: EarlierReading) => {
          seen.push(earlier);
          return snapshot;
        },
      };
      const ports = portsOver({ '111122223333': snapshot }, { documents, accounts });
      const start = aStart(number + 1);
      await documents.put(`runs/${start.runId}/targets/33.json`, {
        targets: { '111122223333': { accountId: '111122223333', regions: [] } },
      });
      await collectAccount(ports, someChoices(), { ...start, accountId: '111122223333' });
    }
    expect(seen.map(earlier => earlier?.uses)).toEqual([undefined, reports, reports]);
    expect(await documents.get('listed/111122223333.json')).toMatchObject({ uses: {} });
  });
});

describe('details of roles that IAM takes long to put together', () => {
  /** IAM that ends each request whose page would take longer than the client waits: 16 ms an entry, 15 seconds. */
  const slowIam = (perItem: number) => {
    const asked: number[] = [];
    const iam = {
      send: async ({
        input: { MaxItems, Marker },
      }: {
        readonly input: { readonly MaxItems: number; readonly Marker?: string };
      }) => {
        asked.push(MaxItems);
        if (MaxItems * perItem > 15_000) throw Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
        const from = Number(Marker ?? 0);
        const to = Math.min(from + MaxItems, 1_500);
        const RoleDetailList = Array.from({ length: to - from }, (_, index) => ({
          Arn: `arn:aws:iam::1:role/${from + index}`,
        }));
        return { RoleDetailList, IsTruncated: to < 1_500, ...(to < 1_500 ? { Marker: String(to) } : {}) };
      },
    } as unknown as IAMClient;
    return { iam, asked };
  };

  test.each([
    [8, [1000, 1000]],
    [16, [1000, ...Array.from({ length: 8 }, () => 200)]],
    [100, [1000, 200, ...Array.from({ length: 30 }, () => 50)]],
  ])('%d ms an entry: pages become smaller until they come', async (perItem, pages) => {
    const { iam, asked } = slowIam(perItem);
    const { roles, end } = await readAuthorizationDetails(iam, new Set());
    expect([roles.size, end, asked]).toEqual([1_500, undefined, pages]);
  });

  test('where the smallest does not come either, it is a gap', async () => {
    const { iam, asked } = slowIam(1_000);
    const { end } = await readAuthorizationDetails(iam, new Set());
    expect([end?.kind, asked]).toEqual(['timed-out', [1000, 200, 50]]);
  });
});
