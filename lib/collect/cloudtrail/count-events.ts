import type { AssumeEvents, AssumeFailure } from '../../model.ts';
import { given } from '../../text.ts';
import type { AssumeEvent } from './assume-event.ts';

/** User agents kept of one role and subject: what tells SDKs apart; a caller may send as many as it likes. */
const maxUserAgents = 20;

interface Tally {
  readonly first: AssumeEvent;
  successes: number;
  readonly failures: Map<string, { -readonly [K in keyof AssumeFailure]: AssumeFailure[K] }>;
  readonly userAgents: Set<string>;
  readonly workingAgents: Set<string>;
  readonly verificationMethods: Set<string>;
  lastAt: string;
}

/** Counts events by role, subject, provider and region, in an order that does not depend on CloudTrail's. */
export const countEvents = (events: Iterable<AssumeEvent>): readonly AssumeEvents[] => {
  const tallies = new Map<string, Tally>();
  for (const event of events) {
    const key = JSON.stringify([event.roleArn, event.subject, event.providerArn, event.region]);
    const tally = tallies.get(key) ?? startOf(event);
    tallies.set(key, tally);
    add(tally, event);
  }
  return [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => factsOf(tally));
};

const startOf = (first: AssumeEvent): Tally => ({
  first,
  successes: 0,
  failures: new Map(),
  userAgents: new Set(),
  workingAgents: new Set(),
  verificationMethods: new Set(),
  lastAt: first.at,
});

const add = (tally: Tally, event: AssumeEvent): void => {
  if (event.at > tally.lastAt) tally.lastAt = event.at;
  if (event.userAgent !== undefined && tally.userAgents.size < maxUserAgents) tally.userAgents.add(event.userAgent);
  if (event.verificationMethod !== undefined && tally.verificationMethods.size < maxUserAgents)
    tally.verificationMethods.add(event.verificationMethod);
  if (!event.failure) {
    tally.successes += 1;
    if (event.userAgent !== undefined && tally.userAgents.has(event.userAgent))
      tally.workingAgents.add(event.userAgent);
    return;
  }
  const key = JSON.stringify([event.failure.errorCode, event.failure.errorMessage]);
  const failure = tally.failures.get(key) ?? { ...event.failure, count: 0, lastAt: event.at };
  failure.count += 1;
  if (event.at > failure.lastAt) failure.lastAt = event.at;
  tally.failures.set(key, failure);
};

const factsOf = ({ first, successes, failures, lastAt, ...seen }: Tally): AssumeEvents => ({
  roleArn: first.roleArn,
  ...given({ subject: first.subject, providerArn: first.providerArn }),
  region: first.region,
  successes,
  failures: [...failures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, failure]) => ({ ...failure })),
  userAgents: [...seen.userAgents].sort(),
  workingAgents: [...seen.workingAgents].sort(),
  verificationMethods: [...seen.verificationMethods].sort(),
  lastAt,
});

/** Adds up what was counted in several stretches of time, in the order in which `countEvents` has it. */
export const mergeEvents = (counts: readonly (readonly AssumeEvents[])[]): readonly AssumeEvents[] => {
  const merged = new Map<string, AssumeEvents>();
  for (const events of counts.flat()) {
    const key = JSON.stringify([events.roleArn, events.subject, events.providerArn, events.region]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? events : sumOf(known, events));
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, events]) => events);
};

const sumOf = (a: AssumeEvents, b: AssumeEvents): AssumeEvents => ({
  ...a,
  successes: a.successes + b.successes,
  failures: failuresOf([...a.failures, ...b.failures]),
  userAgents: union(a.userAgents, b.userAgents),
  workingAgents: union(a.workingAgents, b.workingAgents),
  verificationMethods: union(a.verificationMethods, b.verificationMethods),
  lastAt: later(a.lastAt, b.lastAt),
});

const failuresOf = (failures: readonly AssumeFailure[]): readonly AssumeFailure[] => {
  const merged = new Map<string, AssumeFailure>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.errorCode, failure.errorMessage]);
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? failure
        : { ...known, count: known.count + failure.count, lastAt: later(known.lastAt, failure.lastAt) },
    );
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, failure]) => failure);
};

const union = (a: readonly string[] = [], b: readonly string[] = []): readonly string[] =>
  [...new Set([...a, ...b])].sort().slice(0, maxUserAgents);

const later = (a: string, b: string): string => (a > b ? a : b);
