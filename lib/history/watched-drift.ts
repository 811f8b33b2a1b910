import { parseSubject, webhookSubjectId } from '../facts.ts';
import { type Evaluation, isGone, type WatchedFact, type WatchedKind } from '../rules/evaluate/evaluation.ts';
import { compareText, given } from '../text.ts';
import type { KnownState } from './known-state.ts';
import type { FactChange } from './transition.ts';

/** The changes of a run in the watched facts. */
export interface WatchedOutcome {
  readonly factChanges: readonly FactChange[];
  /** Facts to remember from now on: only those that are new or changed. A gone one is a change without `after`. */
  readonly watched: readonly WatchedFact[];
  readonly readScopes: readonly string[];
  /** Facts (`factKey`) of subjects that are there and were never read. */
  readonly unreadFacts: readonly string[];
}

/** More scopes or unread facts than this are not remembered. */
export const maxRemembered = 1000;

/** Identifies a watched fact within its account. */
export const factKey = (fact: { readonly kind: string; readonly subject: string }): string =>
  `${fact.kind} ${fact.subject}`;

/**
 * Compares the watched facts. The first run records them. Later a fact is new only where an earlier run had read the
 * whole population of its subject and had not failed to read this very fact: else it may have been there all along. A
 * fact is gone only where its subject provably is. One that a newer version of this program wrote stays as it is.
 */
export const reconcileWatched = (
  known: KnownState,
  evaluation: Evaluation,
  run: { readonly runId: string; readonly at: string },
): WatchedOutcome => {
  const remembered = new Map(known.watched.map(fact => [factKey(fact), fact]));
  const newer = new Set(known.newer?.facts);
  const now = new Map(evaluation.watched.map(fact => [factKey(fact), fact]));
  const unread = new Set(known.unreadFacts);
  const isNew = (fact: WatchedFact) =>
    known.hasBaseline && !unread.has(factKey(fact)) && known.readScopes.some(scope => fact.subject.startsWith(scope));
  const watched = [...now.values()].filter(
    fact => !newer.has(factKey(fact)) && remembered.get(factKey(fact))?.value !== fact.value,
  );
  const changes = watched.flatMap((fact): FactChange[] => {
    const before = remembered.get(factKey(fact))?.value;
    if (before === undefined && !isNew(fact)) return [];
    return [{ ...identity(fact), ...given({ before }), after: fact.value, ...run }];
  });
  const subjects = new Set(evaluation.subjects);
  const hasGone = (subject: string) => !subjects.has(subject) && isGone(evaluation, subject);
  // A role is never listed without its policy, and CloudTrail's subjects bear the ARNs of roles that are not there.
  const hasGoneFact = ({ kind, subject }: WatchedFact) =>
    kind === 'role-trust-policy' ? isGone(evaluation, subject) : hasGone(subject);
  const gone = known.watched
    .filter(fact => !now.has(factKey(fact)) && hasGoneFact(fact))
    .map((fact): FactChange => ({ ...identity(fact), before: fact.value, ...run }));
  return {
    factChanges: [...changes, ...gone].sort((a, b) => compareText(factKey(a), factKey(b))),
    watched: watched.sort((a, b) => compareText(factKey(a), factKey(b))),
    ...baselineOf(known, evaluation, now, hasGone),
  };
};

const identity = ({ kind, subject, accountId }: WatchedFact) => ({ kind, subject, accountId });

/** The scopes that some run has read, and the facts that none has. Too many of the latter to remember: no scope counts
 *  as read then, so that nothing old is taken for new. */
const baselineOf = (
  known: KnownState,
  evaluation: Evaluation,
  now: ReadonlyMap<string, WatchedFact>,
  hasGone: (subject: string) => boolean,
): Pick<WatchedOutcome, 'readScopes' | 'unreadFacts'> => {
  const present = [...evaluation.subjects, ...evaluation.subjects.filter(isCluster).map(webhookSubjectId)].flatMap(
    subject => expectedKinds(subject).map(kind => factKey({ kind, subject })),
  );
  const unreadFacts = sortedUnion(known.unreadFacts, present).filter(
    key => !now.has(key) && !hasGone(key.slice(key.indexOf(' ') + 1)),
  );
  if (unreadFacts.length > maxRemembered) return { readScopes: [], unreadFacts: [] };
  return { readScopes: sortedUnion(known.readScopes, evaluation.closedScopes).slice(0, maxRemembered), unreadFacts };
};

/** The facts that a subject has once it is read. Roles and clusters are never listed without theirs. */
const expectedKinds = (subject: string): readonly WatchedKind[] => {
  const { kind } = parseSubject(subject);
  if (kind === 'issuer') return ['issuer-chain', 'issuer-keys-host'];
  if (kind === 'provider') return ['provider-audiences', 'provider-thumbprints'];
  return kind === 'webhook' ? ['webhook-configuration'] : [];
};

/** A cluster whose inside was not read is listed, and its webhook is not. */
const isCluster = (subject: string): boolean => parseSubject(subject).kind === 'cluster';

const sortedUnion = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set([...a, ...b])].sort(compareText);
