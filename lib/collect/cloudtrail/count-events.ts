import type { AssumeEvents, AssumeFailure } from '../../model/runtime.ts';
import type { AssumeEvent } from './assume-event.ts';

/** User agents kept of one role and subject: what tells SDKs apart; a caller may send as many as it likes. */
export const maxUserAgents = 20;

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
  ...(first.subject === undefined ? {} : { subject: first.subject }),
  ...(first.providerArn === undefined ? {} : { providerArn: first.providerArn }),
  region: first.region,
  successes,
  failures: [...failures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, failure]) => ({ ...failure })),
  userAgents: [...seen.userAgents].sort(),
  workingAgents: [...seen.workingAgents].sort(),
  verificationMethods: [...seen.verificationMethods].sort(),
  lastAt,
});
