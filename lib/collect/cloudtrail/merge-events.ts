import type { AssumeEvents, AssumeFailure } from '../../model/runtime.ts';
import { maxUserAgents } from './count-events.ts';

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
