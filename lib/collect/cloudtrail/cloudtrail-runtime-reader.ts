/**
 * AssumeRoleWithWebIdentity calls that CloudTrail saw, region by region. LookupEvents gives 50 events a page and allows
 * two calls a second for an account and region, so the number of calls is a budget, and there is a deadline; what they did not
 * reach is a gap.
 */

import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import {
  type Collected,
  type Gap,
  type ReadFailure,
  type RuntimeFacts,
  type SeenCalls,
  unavailable,
  withGaps,
} from '../../model.ts';
import { counted, given } from '../../text.ts';
import type { Clock } from '../clock.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { type AssumeEvent, parseAssumeEvent } from './assume-event.ts';
import { countEvents, mergeEvents } from './count-events.ts';

const operation = 'cloudtrail:LookupEvents';
const pageSize = 50;
/** Two calls a second for an account and region (CloudTrail quotas page). */
const pace = 500;
/** All regions together may take so long, milliseconds: the step that reads the account must end within fifteen minutes. */
const longest = 480_000;

/** How far and how much is looked at. */
export interface LookupOptions {
  /** Of a first run, and how long what was seen counts. */
  readonly lookbackMinutes: number;
  /** Calls at most, over all regions of the account. */
  readonly maxCalls: number;
}

const answer = z.object({
  Events: z.array(z.object({ EventId: z.string().optional(), CloudTrailEvent: z.string().optional() })).max(1000),
  NextToken: z.string().min(1).optional(),
});
type Page = z.output<typeof answer>;

/** The state that one region's lookups share: the window, the account's budget, and the collected events. */
interface Lookup {
  readonly region: string;
  readonly from: Date;
  readonly to: Date;
  readonly budget: { left: number; readonly whole: number };
  readonly events: Map<string, AssumeEvent>;
  readonly clock: Clock;
  /** On the clock: no call begins after it. */
  readonly until: number;
}

/** Where everything is read and what has been read of it before. */
interface RuntimeReading {
  readonly regions: readonly string[];
  /** When the window ends, ISO 8601. */
  readonly at: string;
  readonly seen?: SeenCalls;
}

/**
 * Reads the window that ends at `at` in each region: what earlier runs have counted is not asked for again, and what they
 * have not yet seen is, however long ago that was. The newest events may still come (`settling`): they are counted, and asked
 * for once more by the next run. Calls of the global STS endpoint are recorded in us-east-1, so a caller who wants them lists
 * that region. Events that appear twice are counted once, by their id.
 */
export const readRuntime = async (
  clientOf: (region: string) => CloudTrailClient,
  { regions, at, seen = {} }: RuntimeReading,
  options: LookupOptions,
  clock: Clock,
): Promise<{ readonly runtime: Collected<RuntimeFacts>; readonly seen: SeenCalls }> => {
  const window = { at, from: minutesBefore(at, options.lookbackMinutes) };
  const budget = { left: options.maxCalls, whole: options.maxCalls };
  const until = clock.now() + longest;
  const perRegion = await Promise.all(
    regions.map(async region => {
      const from = startIn(seen[region], window);
      const lookup = { region, from: new Date(from), to: new Date(at), budget, events: new Map(), clock, until };
      return inRegion(seen[region], window, from, lookup, await readRegion(clientOf(region), lookup));
    }),
  );
  const gaps = [...new Map(perRegion.flatMap(region => region.gaps).map(gap => [JSON.stringify(gap), gap])).values()];
  const [first] = gaps;
  const isNothing = perRegion.every(({ pages, stretches }) => pages === 0 && stretches.length === 0);
  const starts = perRegion.map(({ from }) => from).sort();
  const facts: RuntimeFacts = {
    from: starts.at(-1) ?? window.from,
    to: at,
    events: mergeEvents(perRegion.map(({ events }) => events)),
  };
  return {
    runtime: first && isNothing ? unavailable(first.reason) : withGaps(facts, gaps),
    seen: Object.fromEntries(perRegion.map(({ region, until, stretches }) => [region, { until, stretches }])),
  };
};

/** Minutes after which CloudTrail has an event for sure, as far as is known (docs/facts.md §E.3). */
const settling = 15;
/** Minutes that event history goes back: 90 days. */
const history = 129_600;

const minutesBefore = (at: string, minutes: number): string =>
  new Date(Math.floor(Date.parse(at) / 60_000 - minutes) * 60_000).toISOString();

interface Window {
  readonly from: string;
  readonly at: string;
}

const startIn = (known: SeenCalls[string] | undefined, { from, at }: Window): string => {
  const oldest = minutesBefore(at, history);
  if (known === undefined || known.until > at) return from;
  if (known.until < oldest) return oldest;
  return known.until;
};

/** A region after it was read: what counts in the window, and what no later run asks for again. */
const inRegion = (
  known: SeenCalls[string] | undefined,
  window: Window,
  from: string,
  { region, events }: Lookup,
  { pages, gaps, isOver }: RegionResult,
) => {
  const earlier = (known?.stretches ?? []).filter(({ to }) => to > window.from && to <= from);
  const read = [...events.values()].filter(({ at }) => at >= from);
  const settled = minutesBefore(window.at, settling);
  const settles = isOver && settled > from;
  const stretch = { from, to: settled, events: countEvents(read.filter(({ at }) => at < settled)), gaps };
  return {
    region,
    pages,
    until: settles ? settled : from,
    stretches: settles ? [...earlier, stretch] : earlier,
    from: earlier[0]?.from ?? from,
    events: mergeEvents([...earlier.map(each => each.events), countEvents(read)]),
    gaps: [...earlier.flatMap(each => each.gaps), ...gaps],
  };
};

interface RegionResult {
  readonly pages: number;
  readonly gaps: readonly Gap[];
  /** It came to its end, or to that of the budget or the time: nothing is gained by asking for the same again. */
  readonly isOver: boolean;
}

const readRegion = async (client: CloudTrailClient, lookup: Lookup): Promise<RegionResult> => {
  let token: string | undefined;
  let nextAt = lookup.clock.now();
  let unreadable = 0;
  const end = (pages: number, reason?: ReadFailure): RegionResult => ({
    pages,
    gaps: [...gapsOf(lookup, pages, reason), ...unreadableGaps(lookup, unreadable)],
    isOver: reason === undefined || reason.kind === 'too-large',
  });
  for (let pages = 0; ; pages++) {
    if (lookup.budget.left <= 0) return end(pages, budgetSpent(lookup));
    const wait = Math.max(0, nextAt - lookup.clock.now());
    if (lookup.clock.now() + wait >= lookup.until) return end(pages, timeSpent);
    lookup.budget.left -= 1;
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
          ...given({ NextToken: token }),
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

const timeSpent: ReadFailure = {
  kind: 'too-large',
  operation,
  message: `the ${longest / 60_000} minutes for CloudTrail were over before the window's end`,
};

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
