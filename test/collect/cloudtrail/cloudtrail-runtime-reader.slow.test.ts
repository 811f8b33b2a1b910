import { describe, expect, test } from '@jest/globals';
import {
  type LookupOptions,
  readRuntime as readRuntimeAlone,
} from '../../../lib/collect/cloudtrail/cloudtrail-runtime-reader.ts';
import type { Fault, WorldEvent } from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, mainAccount, region } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readRuntime = recorded('readRuntime', readRuntimeAlone);

const at = '2026-11-01T06:00:00.000Z';
const role = (name: string) => `arn:aws:iam::${mainAccount}:role/${name}`;

const anEvent = (id: string, over: Record<string, unknown> = {}, where = region): WorldEvent => ({
  region: where,
  time: '2026-11-01T05:30:00Z',
  record: {
    eventID: id,
    eventName: 'AssumeRoleWithWebIdentity',
    eventTime: '2026-11-01T05:30:00Z',
    awsRegion: where,
    userAgent: 'aws-sdk-go/1.45.1',
    userIdentity: { userName: 'system:serviceaccount:checkout:cart' },
    requestParameters: { roleArn: role('cart') },
    ...over,
  },
});
const failed = { errorCode: 'AccessDenied', errorMessage: 'An unknown error occurred' };
const many = (count: number, where = region) =>
  Array.from({ length: count }, (_, index) => anEvent(`${where}-${index}`, {}, where));

/** A clock that stands still but for sleeps, which it records. */
const stillClock = () => {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
};

const read = (
  events: WorldEvent[],
  { faults = [], regions = [region], ...over }: Partial<LookupOptions> & { faults?: Fault[]; regions?: string[] } = {},
) =>
  withWorld(aWorld({ accounts: [aWorldAccount({ events })], faults }), async ({ clients, aws }) => {
    const clock = stillClock();
    const options = { lookbackMinutes: 60, maxCalls: 100, ...over };
    const reading = { regions, at };
    const { runtime: section } = await readRuntime(where => clients.cloudTrail(where), reading, options, clock);
    return { section, calls: aws.calls()['cloudtrail:LookupEvents'], slept: clock.slept };
  });

describe('what CloudTrail saw', () => {
  test('is counted by role, subject and region, failures in their own words', async () => {
    const { section } = await read([
      anEvent('1'),
      anEvent('2', {
        userAgent: 'Boto3/1.9.0',
        additionalEventData: { identityProviderConnectionVerificationMethod: 'Thumbprint' },
      }),
      anEvent('3', failed),
      anEvent('4', { ...failed, userAgent: 'aws-sdk-js/3.1.0' }),
      anEvent('5', { requestParameters: { roleArn: role('other') } }),
    ]);
    expect(section).toEqual({
      status: 'complete',
      value: {
        from: '2026-11-01T05:00:00.000Z',
        to: at,
        events: [
          {
            roleArn: role('cart'),
            subject: 'system:serviceaccount:checkout:cart',
            region,
            successes: 2,
            failures: [{ ...failed, count: 2, lastAt: '2026-11-01T05:30:00.000Z' }],
            userAgents: ['Boto3/1.9.0', 'aws-sdk-go/1.45.1', 'aws-sdk-js/3.1.0'],
            workingAgents: ['Boto3/1.9.0', 'aws-sdk-go/1.45.1'],
            verificationMethods: ['Thumbprint'],
            lastAt: '2026-11-01T05:30:00.000Z',
          },
          expect.objectContaining({ roleArn: role('other'), successes: 1 }),
        ],
      },
    });
  });

  test('is asked for page by page, and not while the pace is waited for', async () => {
    const stopped = { now: () => 0, sleep: () => Promise.reject(new Error('the wait was ended')) };
    await withWorld(aWorld({ accounts: [aWorldAccount({ events: many(120) })] }), async ({ clients, aws }) => {
      const options = { lookbackMinutes: 60, maxCalls: 100 };
      const reading = readRuntimeAlone(where => clients.cloudTrail(where), { regions: [region], at }, options, stopped);
      await expect(reading).rejects.toThrow('the wait was ended');
      expect(aws.calls()['cloudtrail:LookupEvents']).toBe(1);
    });
  });

  test('outside the window is not counted', async () => {
    const { section } = await read([{ ...anEvent('1'), time: '2026-11-01T04:59:00Z' }]);
    expect(section).toMatchObject({ status: 'complete', value: { events: [] } });
  });

  test('twice is counted once, by the event id', async () => {
    const { section } = await read([anEvent('1'), anEvent('1')]);
    expect(section).toMatchObject({ value: { events: [{ successes: 1 }] } });
  });

  test('on three pages is read at two calls a second', async () => {
    const { section, calls, slept } = await read(many(120));
    expect(section).toMatchObject({ status: 'complete', value: { events: [{ successes: 120 }] } });
    expect(calls).toBe(3);
    expect(slept).toEqual([500, 500]);
  });

  test('keeps at most twenty user agents of one caller', async () => {
    const events = Array.from({ length: 30 }, (_, index) => anEvent(`${index}`, { userAgent: `agent/${index}` }));
    const { section } = await read(events);
    expect(section.status === 'complete' && section.value.events[0]?.userAgents.length).toBe(20);
  });
});

describe('what was not looked at is a gap', () => {
  test('beyond the budget', async () => {
    const { section, calls } = await read(many(120), { maxCalls: 2 });
    expect(calls).toBe(2);
    expect(section).toMatchObject({
      status: 'partial',
      value: { events: [{ successes: 100 }] },
      gaps: [{ what: `CloudTrail events of ${region} after page 2`, reason: { kind: 'too-large' } }],
    });
  });

  test('beyond a budget that regions share', async () => {
    const { section, calls } = await read([...many(60), ...many(60, 'us-east-1')], {
      maxCalls: 3,
      regions: [region, 'us-east-1'],
    });
    expect(calls).toBe(3);
    expect(section.status).toBe('partial');
  });

  test('beyond eight minutes, which the step that reads an account outlives: what was read until then is kept', async () => {
    const { section, calls, last } = await withWorld(
      aWorld({ accounts: [aWorldAccount({ events: many(3000) })] }),
      async ({ clients, aws }) => {
        let now = 0;
        let begun = 0;
        const clock = { now: () => now, sleep: async () => undefined };
        const client = clients.cloudTrail(region);
        client.middlewareStack.add(
          next => async given => {
            begun = now;
            const answer = await next(given);
            now += 50_000;
            return answer;
          },
          { step: 'initialize' },
        );
        const options = { lookbackMinutes: 60, maxCalls: 60 };
        const { runtime } = await readRuntime(() => client, { regions: [region], at }, options, clock);
        return { section: runtime, calls: aws.calls()['cloudtrail:LookupEvents'], last: begun };
      },
    );
    expect([calls, last]).toEqual([10, 450_000]);
    expect(section).toMatchObject({
      status: 'partial',
      value: { events: [{ successes: 500 }] },
      gaps: [{ what: `CloudTrail events of ${region} after page 10`, reason: { kind: 'too-large' } }],
    });
  });

  test('in a region that refuses, while the other is read', async () => {
    const { section } = await read([anEvent('1', {}, 'us-east-1')], {
      regions: [region, 'us-east-1'],
      faults: [{ operation: 'cloudtrail:LookupEvents', region, kind: 'deny' }],
    });
    expect(section).toMatchObject({
      status: 'partial',
      value: { events: [{ region: 'us-east-1' }] },
      gaps: [
        { what: `CloudTrail events of ${region}`, reason: { kind: 'denied', permission: 'cloudtrail:LookupEvents' } },
      ],
    });
  });

  test('after a page that was cut', async () => {
    const { section } = await read(many(60), { faults: [{ operation: 'cloudtrail:LookupEvents', kind: 'cut-page' }] });
    expect(section).toMatchObject({ status: 'partial', value: { events: [{ successes: 50 }] } });
  });

  test('where an event cannot be read', async () => {
    const { section } = await read([
      anEvent('1'),
      anEvent('2', { requestParameters: null }),
      anEvent('3', { awsRegion: 7 }),
    ]);
    expect(section).toMatchObject({
      status: 'partial',
      value: { events: [{ successes: 1 }] },
      gaps: [{ what: `2 CloudTrail events of ${region}`, reason: { kind: 'invalid' } }],
    });
  });

  test('everywhere if no region answers: nothing is known', async () => {
    const { section } = await read([anEvent('1')], {
      faults: [{ operation: 'cloudtrail:LookupEvents', kind: 'throttle' }],
    });
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: 'throttled' } });
  });
});

test('a page token that comes twice ends the region, with a gap', async () => {
  let calls = 0;
  const send = async () => {
    calls += 1;
    return { Events: [], NextToken: `page ${Math.min(calls, 3)}` };
  };
  const options = { lookbackMinutes: 60, maxCalls: 100 };
  const reading = { regions: [region], at };
  const { runtime } = await readRuntimeAlone(() => ({ send }) as never, reading, options, stillClock());
  expect(calls).toBe(4);
  expect(runtime).toMatchObject({ gaps: [{ reason: { kind: 'invalid', message: 'the same page token came twice' } }] });
});
