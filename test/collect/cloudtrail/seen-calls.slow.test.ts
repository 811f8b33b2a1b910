import { describe, expect, test } from '@jest/globals';
import { readRuntime as readRuntimeAlone } from '../../../lib/collect/cloudtrail/cloudtrail-runtime-reader.ts';
import type { Collected } from '../../../lib/model/collected.ts';
import { assumeEventsOf, type RuntimeFacts, type SeenCalls } from '../../../lib/model/runtime.ts';
import type { Fault, WorldEvent } from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, mainAccount, region } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readRuntime = recorded('readRuntime', readRuntimeAlone);

const begin = Date.parse('2026-11-01T00:00:00.000Z');
const minute = 60_000;
const timeOf = (minutes: number): string => new Date(begin + minutes * minute).toISOString();

/** A call of one role, in this minute after the beginning. */
const callAt = (minutes: number): WorldEvent => {
  const eventTime = timeOf(minutes + 0.5).replace('.000', '');
  return {
    region,
    time: eventTime,
    record: {
      ...{ eventID: `e-${minutes}`, eventName: 'AssumeRoleWithWebIdentity', eventTime, awsRegion: region },
      userIdentity: { userName: 'system:serviceaccount:checkout:cart' },
      requestParameters: { roleArn: `arn:aws:iam::${mainAccount}:role/cart` },
    },
  };
};

/** Runs at these minutes over one world, each with what the one before it has left. */
const runsAt = async (
  runs: readonly number[],
  events: WorldEvent[],
  { faults = [], maxCalls = 100 }: { readonly faults?: Fault[]; readonly maxCalls?: number } = {},
) =>
  withWorld(aWorld({ accounts: [aWorldAccount({ events })], faults }), async ({ clients, aws }) => {
    const clock = { now: () => 0, sleep: async () => undefined };
    const options = { lookbackMinutes: 420, maxCalls };
    const results: { readonly runtime: Collected<RuntimeFacts>; readonly calls: number; readonly counted: number }[] =
      [];
    let seen: SeenCalls = {};
    for (const run of runs) {
      const before = aws.calls()['cloudtrail:LookupEvents'] ?? 0;
      const reading = { regions: [region], at: timeOf(run), seen };
      const read = await readRuntime(where => clients.cloudTrail(where), reading, options, clock);
      seen = JSON.parse(JSON.stringify(read.seen));
      const calls = (aws.calls()['cloudtrail:LookupEvents'] ?? 0) - before;
      const counted = assumeEventsOf(read.runtime).reduce((sum, each) => sum + each.successes, 0);
      results.push({ runtime: read.runtime, calls, counted });
    }
    return results;
  });

const everyMinute = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => callAt(from + index));
const hours = (count: number, each = 1) => Array.from({ length: count }, (_, index) => (index + 1) * each * 60);

describe('what earlier runs have counted', () => {
  test('is not asked for again: an hourly run asks for an hour and the quarter that may still come', async () => {
    const runs = await runsAt(hours(12), everyMinute(0, 720));
    // 60 events an hour and 15 of the quarter before it, 50 a call; the first run asks for seven hours.
    expect(runs.map(({ calls }) => calls).slice(1)).toEqual(Array.from({ length: 11 }, () => 2));
  });

  test('is counted once, over the window that the facts name', async () => {
    for (const { runtime, counted } of (await runsAt(hours(12), everyMinute(0, 720))).slice(8)) {
      if (runtime.status !== 'complete') throw new Error('not complete');
      const { from, to } = runtime.value;
      expect(counted).toBe((Date.parse(to) - Date.parse(from)) / minute);
      expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(420 * minute);
    }
  });

  test('a daily run sees the whole of its day', async () => {
    const [, second] = await runsAt(hours(2, 24), everyMinute(24 * 60 - 10, 48 * 60));
    expect(second?.counted).toBe(24 * 60 + 10);
  });

  test('an event that came late is counted by the next run', async () => {
    const events = everyMinute(0, 50);
    const late = callAt(55);
    const results = await withWorld(aWorld({ accounts: [aWorldAccount({ events })] }), async ({ clients, world }) => {
      const clock = { now: () => 0, sleep: async () => undefined };
      const read = (at: number, seen: SeenCalls) =>
        readRuntime(
          where => clients.cloudTrail(where),
          { regions: [region], at: timeOf(at), seen },
          { lookbackMinutes: 420, maxCalls: 100 },
          clock,
        );
      const first = await read(60, {});
      world.accounts[0]?.events.push(late);
      return [first, await read(120, first.seen)];
    });
    expect(results.map(({ runtime }) => assumeEventsOf(runtime)[0]?.successes)).toEqual([50, 51]);
  });
});

test('an event at the very instant where one run ends and the next begins is counted once', async () => {
  const exactly = (minutes: number): WorldEvent => {
    const { record, ...event } = callAt(minutes);
    const eventTime = timeOf(minutes).replace('.000', '');
    return { ...event, time: eventTime, record: { ...record, eventTime } };
  };
  // The first run ends at 60, and what came up to 45 is settled then.
  const runs = await runsAt([60, 120, 180], [exactly(44), exactly(45), exactly(46)]);
  expect(runs.map(({ counted }) => counted)).toEqual([3, 3, 3]);
});

test('regions that were read up to other instants: the facts begin where all of them do', async () => {
  const read = { until: timeOf(-60), stretches: [] };
  const { runtime, seen } = await withWorld(aWorld({ accounts: [aWorldAccount({})] }), ({ clients }) =>
    readRuntime(
      where => clients.cloudTrail(where),
      { regions: [region, 'us-east-1'], at: timeOf(0), seen: { [region]: read } },
      { lookbackMinutes: 420, maxCalls: 10 },
      { now: () => 0, sleep: async () => undefined },
    ),
  );
  expect(runtime).toEqual({ status: 'complete', value: { from: timeOf(-60), to: timeOf(0), events: [] } });
  const stretch = (from: number) => ({ from: timeOf(from), to: timeOf(-15), events: [], gaps: [] });
  expect(seen).toEqual({
    [region]: { until: timeOf(-15), stretches: [stretch(-60)] },
    'us-east-1': { until: timeOf(-15), stretches: [stretch(-420)] },
  });
});

test.each([
  ['never', undefined, 420],
  ['an hour ago', 60, 60],
  ['a hundred days ago: event history goes back ninety', 100 * 24 * 60, 90 * 24 * 60],
  ['in the future, by a clock that was wrong', -60, 420],
])('of a region that was last read %s the window begins where something can still be read', async (_, ago, minutes) => {
  const at = 0;
  const seen = ago === undefined ? {} : { [region]: { until: timeOf(at - ago), stretches: [] } };
  const { runtime } = await withWorld(aWorld({ accounts: [aWorldAccount({})] }), ({ clients }) =>
    readRuntime(
      where => clients.cloudTrail(where),
      { regions: [region], at: timeOf(at), seen },
      { lookbackMinutes: 420, maxCalls: 10 },
      { now: () => 0, sleep: async () => undefined },
    ),
  );
  expect(runtime).toMatchObject({ status: 'complete', value: { from: timeOf(at - minutes) } });
});

describe('what was not read', () => {
  const denied = (times: number): Fault[] => [{ operation: 'cloudtrail:LookupEvents', kind: 'deny', times }];

  test('because CloudTrail refused is read by the next run', async () => {
    const [first, second] = await runsAt(hours(2), everyMinute(0, 120), { faults: denied(1) });
    expect(first?.runtime.status).toBe('unavailable');
    expect(second?.counted).toBe(120);
  });

  test('because the budget was spent stays a gap as long as it is in the window, said once', async () => {
    const runs = await runsAt(
      hours(10),
      everyMinute(0, 600).filter((_, index) => index < 60 || index > 120),
      { maxCalls: 1 },
    );
    expect(runs.map(({ runtime }) => runtime.status === 'partial' && runtime.gaps.length)).toEqual(
      Array.from({ length: 10 }, () => 1),
    );
    const calm = await runsAt(hours(10), everyMinute(0, 60), { maxCalls: 1 });
    expect(calm.map(({ runtime }) => runtime.status)).toEqual([
      ...Array.from({ length: 7 }, () => 'partial'),
      ...Array.from({ length: 3 }, () => 'complete'),
    ]);
  });
});
