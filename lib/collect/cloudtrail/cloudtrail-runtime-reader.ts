/**
 * AssumeRoleWithWebIdentity calls that CloudTrail saw, region by region. LookupEvents gives 50 events a page and allows
 * two calls a second for an account and region, so the number of calls is a budget; what it did not reach is a gap.
 */
import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { type Collected, type Gap, type ReadFailure, unavailable, withGaps } from '../../core/model/collected.ts';
import type { RuntimeFacts } from '../../core/model/runtime.ts';
import { counted } from '../../core/text/counted.ts';
import type { Clock } from '../clock.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { type AssumeEvent, parseAssumeEvent } from './assume-event.ts';
import { countEvents } from './count-events.ts';

const operation = 'cloudtrail:LookupEvents';
const pageSize = 50;
/** Two calls a second for an account and region (CloudTrail quotas page). */
const pace = 500;

/** How far and how much is looked at. */
export interface LookupOptions {
  readonly lookbackMinutes: number;
  /** Calls at most, over all regions of the account. */
  readonly maxCalls: number;
}

const answer = z.object({
  Events: z.array(z.object({ EventId: z.string().optional(), CloudTrailEvent: z.string().optional() })).max(1000),
  NextToken: z.string().min(1).optional(),
});
type Page = z.output<typeof answer>;

/** What one region's lookups share: the window, the account's budget, and where events are collected. */
interface Lookup {
  readonly region: string;
  readonly from: Date;
  readonly to: Date;
  readonly budget: { left: number; readonly whole: number };
  readonly events: Map<string, AssumeEvent>;
  readonly clock: Clock;
}

/**
 * Reads the window that ends at `at` (ISO 8601) in each region. Calls of the global STS endpoint are recorded in
 * us-east-1, so a caller who wants them lists that region. Events that appear twice are counted once, by their id.
 */
export const readRuntime = async (
  clientOf: (region: string) => CloudTrailClient,
  regions: readonly string[],
  at: string,
  options: LookupOptions,
  clock: Clock,
): Promise<Collected<RuntimeFacts>> => {
  const to = new Date(at);
  const from = new Date(to.getTime() - options.lookbackMinutes * 60_000);
  const budget = { left: options.maxCalls, whole: options.maxCalls };
  const events = new Map<string, AssumeEvent>();
  const perRegion = await Promise.all(
    regions.map(region => readRegion(clientOf(region), { region, from, to, budget, events, clock })),
  );
  const gaps = perRegion.flatMap(({ gaps: found }) => found);
  const [first] = gaps;
  if (first && perRegion.every(({ pages }) => pages === 0)) return unavailable(first.reason);
  return withGaps({ from: from.toISOString(), to: to.toISOString(), events: countEvents(events.values()) }, gaps);
};

interface RegionResult {
  readonly pages: number;
  readonly gaps: readonly Gap[];
}

const readRegion = async (client: CloudTrailClient, lookup: Lookup): Promise<RegionResult> => {
  let token: string | undefined;
  let nextAt = lookup.clock.now();
  let unreadable = 0;
  const end = (pages: number, reason?: ReadFailure): RegionResult => ({
    pages,
    gaps: [...gapsOf(lookup, pages, reason), ...unreadableGaps(lookup, unreadable)],
  });
  for (let pages = 0; ; pages++) {
    if (lookup.budget.left <= 0) return end(pages, budgetSpent(lookup));
    lookup.budget.left -= 1;
    const wait = nextAt - lookup.clock.now();
    if (wait > 0) await lookup.clock.sleep(wait);
    nextAt = lookup.clock.now() + pace;
    const read = await readPage(client, lookup, token);
    if (!read.ok) return end(pages, read.reason);
    unreadable += keep(lookup, read.page);
    const next = read.page.NextToken;
    if (next === undefined) return end(pages + 1);
    if (next === token) return end(pages + 1, invalidAnswer(operation, 'the same page token came twice'));
    token = next;
  }
};

const readPage = async (client: CloudTrailClient, lookup: Lookup, token: string | undefined) => {
  try {
    const page = answer.safeParse(
      await client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'AssumeRoleWithWebIdentity' }],
          StartTime: lookup.from,
          EndTime: lookup.to,
          MaxResults: pageSize,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    if (page.success) return { ok: true, page: page.data } as const;
    return { ok: false, reason: invalidAnswer(operation, 'the answer is not a page of events') } as const;
  } catch (error) {
    return { ok: false, reason: readFailureFromError(error, operation) } as const;
  }
};

/** Keeps the page's events by id; gives the number of those that could not be read. */
const keep = (lookup: Lookup, page: Page): number => {
  let unreadable = 0;
  for (const { CloudTrailEvent } of page.Events) {
    const event = CloudTrailEvent === undefined ? undefined : parseAssumeEvent(CloudTrailEvent);
    if (event) lookup.events.set(event.eventId, event);
    else unreadable += 1;
  }
  return unreadable;
};

const budgetSpent = ({ budget }: Lookup): ReadFailure => ({
  kind: 'too-large',
  operation,
  message: `the budget of ${budget.whole} calls (cloudTrail.maxCalls) was spent before the window's end`,
});

const gapsOf = ({ region }: Lookup, pages: number, reason: ReadFailure | undefined): readonly Gap[] =>
  reason ? [{ what: `CloudTrail events of ${region}${pages === 0 ? '' : ` after page ${pages}`}`, reason }] : [];

const unreadableGaps = ({ region }: Lookup, count: number): readonly Gap[] =>
  count === 0
    ? []
    : [
        {
          what: `${counted(count, 'CloudTrail event')} of ${region}`,
          reason: invalidAnswer(operation, 'not the JSON of an AssumeRoleWithWebIdentity event with a role'),
        },
      ];
