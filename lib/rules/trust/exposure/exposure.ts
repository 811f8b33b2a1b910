import type { EksPrincipal, Facts, StatementSubject } from '../../../facts.ts';
import {
  cleanIssuer,
  isOwnProvider,
  type Role,
  readFailuresOf,
  type Undecided,
  type UnknownKind,
  valueOr,
} from '../../../model.ts';
import {
  accountText,
  assumersAmong,
  type Breadth,
  type Budget,
  breadthOf,
  certainPart,
  defaultAudience,
  everySubject,
  type Formula,
  type Glob,
  globKey,
  type UnknownReason as PolicyDoubt,
  partWithin,
  type SubjectSet,
  shortestSubjects,
  statementSubjects,
  termsOf,
  testsOnClaim,
  tooComplexBecause,
  wildcardGlob,
  withPart,
} from '../../../policy.ts';
import { given } from '../../../text.ts';
import { lookUpProvider, trustContextFor } from '../../access/trust-context.ts';
import { type Opens, undecidedOf, unknownKindOf } from '../../prelude.ts';
import { type StatementView, viewOf } from '../statement/statement-view.ts';
import { isPossible, lookUpPrincipal } from '../statement/trusted-provider.ts';
import { inventoryOf } from './inventory.ts';

/** Who may assume the role by an Allow statement, through one provider with tokens of one audience, after all Deny
 *  statements. */
export interface Exposure {
  readonly principal: EksPrincipal;
  /** Without scheme. */
  readonly issuer: string;
  readonly audience: string;
  readonly set: SubjectSet;
  /** The certain part of the set: the set itself, or the decided part of an unknown one. */
  readonly least: SubjectSet;
  /** Every service account of the issuer may be allowed: that cannot be excluded. */
  readonly mayBeAny: boolean;
  /** The patterns of the set, each by itself: those that are certain, and those that cannot be excluded. */
  readonly open: readonly PatternPart[];
  /** The budget ended before the set, or how wide it is, was decided; whether it may be every service account. */
  readonly tooComplex?: { readonly mayBeEverySubject: boolean };
  /** The account has no such provider: nobody can assume the role until it exists. */
  readonly lacksProvider: boolean;
  /** It may have none, since its providers were not listed: the severity is the one of a provider that is absent, which is
   *  told as loudly, so that less reading makes nothing worse. One that is listed and has no details counts as there. */
  readonly mayLackProvider: boolean;
  /** The unread part of the provider: the set is then the one that the text of the policy allows. */
  readonly unread?: string;
}

/** The role that an exposure opens: to nobody yet while its provider is missing, or may be. */
export const opensBy = (
  { arn }: Pick<Role, 'arn'>,
  { mayLackProvider }: Pick<Exposure, 'mayLackProvider'>,
  isDoubtful: boolean,
): Opens => ({ roleArns: [arn], how: mayLackProvider ? 'later' : isDoubtful ? 'doubtful' : 'proven' });

/** One pattern that an exposure allows, with the part of the set that it stands for. */
export interface PatternPart {
  readonly pattern: string;
  /** Proven, or not to be excluded. */
  readonly verdict: 'open' | 'may-be';
  /** How wide it is, after Deny statements. */
  readonly breadth: Breadth;
  readonly part: SubjectSet;
  /** Up to two of the shortest names that match, whether they exist or not: `namespace/name`. */
  readonly names: readonly string[];
}

const cache = new WeakMap<StatementSubject, { readonly facts: Facts; readonly exposures: readonly Exposure[] }>();

/** Every exposure of a statement; none for a Deny. Worked out once for all rules that ask. */
export const exposuresOf = (subject: StatementSubject, facts: Facts): readonly Exposure[] => {
  const known = cache.get(subject);
  if (known?.facts === facts) return known.exposures;
  const view = viewOf(subject, facts);
  const exposures = view?.allows ? computeExposures(subject, view, facts) : [];
  cache.set(subject, { facts, exposures });
  return exposures;
};

/** True where every Allow statement of the policy names each service account that may assume the role by it. */
export const namesEach = (subject: StatementSubject, facts: Facts): boolean =>
  subject.policy.policy.statements
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(statement => exposuresOf({ ...subject, statement }, facts))
    .every(({ set }) => set.kind === 'list' || set.kind === 'none');

const computeExposures = (subject: StatementSubject, view: StatementView, facts: Facts): readonly Exposure[] =>
  view.principals
    .filter(principal => isOwnProvider(principal.arn, subject.role.arn))
    .flatMap(principal => {
      const issuer = cleanIssuer(principal.hostPath);
      const { providers } = facts.snapshot;
      // A policy alone, as the linter has it, is judged as if its provider were there.
      const isAudited = providers.status !== 'unavailable' || providers.reason.kind !== 'not-asked-for';
      const unread = unreadAbout(principal, view, facts);
      const { status } = lookUpPrincipal(principal, facts);
      const [lacksProvider, mayLackProvider] = [
        status === 'absent',
        status === 'absent' || (status === 'unread' && isAudited),
      ];
      const audiences = differingAudiences(principal, view, facts);
      const contexts = audiences.map(audience => trustContextFor(subject, facts, issuer, audience));
      const sets = statementSubjects(view.policy, view.statement, contexts, subject.budget);
      const looks = new Map([...new Set(sets)].map(set => [set, lookAt(set, unread, subject.budget)]));
      return audiences.flatMap((audience, at): readonly Exposure[] => {
        const set = sets[at];
        const look = set && looks.get(set);
        return look ? [{ principal, issuer, audience, lacksProvider, mayLackProvider, ...look }] : [];
      });
    });

/** A set with what the rules ask of it: worked out once, whatever rules run. */
const lookAt = (
  set: SubjectSet,
  unread: string | undefined,
  budget: Budget,
): Pick<Exposure, 'set' | 'least' | 'open' | 'mayBeAny' | 'tooComplex' | 'unread'> => {
  const least = withPart(budget, 2, part => certainPart(set, part));
  const proven = least.kind === 'pattern' ? least.patterns : [];
  const reason = set.reasons.find(({ kind }) => kind === 'budget');
  const isDoubtful = set.kind === 'unknown' && reason === undefined;
  const mayBeAny = isDoubtful && least.kind !== 'any' && set.patterns.includes(everySubject.text);
  const doubtful = isDoubtful && !mayBeAny ? set.patterns.filter(pattern => !proven.includes(pattern)) : [];
  const asked = [
    ...byLength(proven).map(pattern => ({ pattern, formula: least.certain, verdict: 'open' as const })),
    ...byLength(doubtful).map(pattern => ({ pattern, formula: set.possible, verdict: 'may-be' as const })),
  ];
  const patterns = asked.map((one, at) => withPart(budget, asked.length - at, part => partOf(least, one, part)));
  const open = patterns.flatMap(({ breadth, ...rest }) => (breadth ? [{ ...rest, breadth }] : []));
  const look = { set, least, open, mayBeAny, ...given({ unread }) };
  if (reason?.kind === 'budget') return { ...look, tooComplex: reason };
  return { ...look, ...(open.length < patterns.length ? { tooComplex: { mayBeEverySubject: false } } : {}) };
};

const byLength = (patterns: readonly string[]): readonly string[] => patterns.toSorted((a, b) => a.length - b.length);

const isWithin = (glob: Glob, formula: Formula, budget: Budget): boolean =>
  termsOf(formula, budget)?.some(
    ({ positives: [only, ...more], negatives }) =>
      only !== undefined && more.length + negatives.length === 0 && globKey(only) === globKey(glob),
  ) === true;

const partOf = (
  least: SubjectSet,
  { pattern, formula, verdict }: Pick<PatternPart, 'pattern' | 'verdict'> & { readonly formula: Formula },
  budget: Budget,
) => {
  const glob = wildcardGlob(pattern);
  // Where the whole pattern is in the set, what else is in it makes no difference.
  const certain = isWithin(glob, formula, budget)
    ? ({ kind: 'matches', glob } as const)
    : partWithin(formula, glob, budget);
  const part: SubjectSet = { ...least, subjects: [], patterns: [pattern], certain, possible: certain };
  const names = shortestSubjects(certain, 2, budget).map(accountText);
  return { pattern, part, verdict, breadth: breadthOf(certain, budget), names };
};

/** The part of the provider that was asked for and not read: whether there is one, and, where the audience is tested,
 *  whether it accepts such tokens at all. */
const unreadAbout = (principal: EksPrincipal, view: StatementView, { snapshot }: Facts): string | undefined => {
  const provider = valueOr(snapshot.providers, []).find(({ arn }) => arn === principal.arn);
  const tests = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]);
  if (provider ? tests.length === 0 : !isPossible(principal)) return undefined;
  const gap = readFailuresOf(provider?.detail ?? snapshot.providers).find(({ kind }) => kind !== 'not-asked-for');
  return gap && `the provider ${principal.arn}: ${gap.operation}: ${gap.message}`;
};

/** Audiences that can make a difference: those of the provider; where they were not read, the default one and those
 *  that the tests name (a pattern by a text that it matches). */
export const differingAudiences = (principal: EksPrincipal, view: StatementView, facts: Facts): readonly string[] => {
  const found = lookUpProvider(principal.arn, facts);
  const read = found.status === 'found' ? valueOr(found.provider.detail, undefined)?.audiences : undefined;
  if (read && read.length > 0) return read;
  const tests = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]);
  const named = tests
    .flatMap(test => test.values.map(value => value.text.replaceAll('*', '').replaceAll('?', 'a')))
    .filter(audience => !audience.startsWith('system:serviceaccount:'));
  return [...new Set([defaultAudience, ...named.slice(0, 20)])];
};

/** Why it is not decided how much the exposures of a statement allow: what was not read, and what was too complex. What
 *  cannot be excluded for another reason is a finding. */
export const undecidedFor = (subject: StatementSubject, facts: Facts): Undecided | undefined => {
  const isOpen = ({ unread, tooComplex }: Exposure): boolean => tooComplex !== undefined || unread !== undefined;
  const open = exposuresOf(subject, facts).find(isOpen);
  if (!open) return undefined;
  if (open.tooComplex) return { kind: 'budget', missing: open.set.because ?? tooComplexBecause };
  return undecidedOf('unread', open.unread);
};

/** The unread parts of the providers of a statement, where they decide who may assume the role. */
export const unreadProvider = (subject: StatementSubject, facts: Facts): Undecided | undefined =>
  undecidedOf('unread', exposuresOf(subject, facts).find(({ unread }) => unread !== undefined)?.unread);

/** Existing service accounts in the set, as `namespace/name`, sorted; undefined where the cluster was not read. */
export const existingMembers = (set: SubjectSet, issuer: string, facts: Facts): readonly string[] | undefined => {
  const inventory = inventoryOf(issuer, facts);
  if (inventory.status !== 'read') return undefined;
  return assumersAmong(set, inventory.accounts)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .sort();
};

/** The kind of an unknown for the doubts that the evaluator has about a policy: of several, the one that something can
 *  be done about. The unread part is one of the role's details: its tags. */
export const kindOfDoubt = (doubts: readonly PolicyDoubt[], { detail }: Pick<Role, 'detail'>): UnknownKind => {
  const kinds = new Set(doubts.map(({ kind }) => kind));
  if (kinds.has('budget')) return 'budget';
  if (kinds.has('unread')) return detail.status === 'unavailable' ? unknownKindOf(detail.reason) : 'unread';
  return kinds.size === 1 && kinds.has('request-dependent') ? 'request-dependent' : 'undocumented';
};
