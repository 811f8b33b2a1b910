import type { EksPrincipal } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { cleanIssuer } from '../../../model/clean-issuer.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import type { Formula } from '../../../trust/language/formula.ts';
import { literalGlob, wildcardGlob } from '../../../trust/language/glob.ts';
import { shortestSubject } from '../../../trust/language/shortest-subject.ts';
import { shapeOf } from '../../../trust/language/subject-patterns.ts';
import { hasOpenNamespace, membersAmong, wholeNamespaces } from '../../../trust/sets/classify-set.ts';
import { type SubjectSet, statementSubjects } from '../../../trust/sets/subject-set.ts';
import { reasonOf, type UnknownReason } from '../../define-rule.ts';
import { testsOnClaim } from '../statement/condition.ts';
import { kindOfDoubt } from '../statement/doubt.ts';
import { isPossible, lookUpPrincipal } from '../statement/meant-provider.ts';
import { contextFor, isOwnProvider, lookUpProvider, type StatementView, viewOf } from '../statement/statement-view.ts';
import { inventoryOf } from './inventory.ts';

/** Who may assume the role by an Allow statement, through one provider with tokens of one audience, after all Deny
 *  statements. */
export interface Exposure {
  readonly principal: EksPrincipal;
  /** Without scheme. */
  readonly issuer: string;
  readonly audience: string;
  readonly set: SubjectSet;
  /** The account has no such provider: nobody can assume the role until it exists. */
  readonly lacksProvider: boolean;
  /** What was not read of the provider and decides who may assume the role: the set is unknown then. */
  readonly unread?: string;
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

const computeExposures = (subject: StatementSubject, view: StatementView, facts: Facts): readonly Exposure[] => {
  return view.principals
    .filter(principal => isOwnProvider(principal.arn, subject.role.arn))
    .flatMap(principal => {
      const issuer = cleanIssuer(principal.hostPath);
      const unread = unreadAbout(principal, view, facts);
      const lacksProvider = lookUpPrincipal(principal, facts).status === 'absent';
      return audiencesFor(principal, view, facts).map((audience): Exposure => {
        const set = statementSubjects(view.policy, view.statement, contextFor(subject, facts, issuer, audience));
        const exposure = { principal, issuer, audience, set, lacksProvider };
        if (unread === undefined || set.kind === 'none') return exposure;
        return {
          ...exposure,
          set: { ...set, kind: 'unknown', certain: false, because: unread, reasons: [{ kind: 'unread' }] },
          unread,
        };
      });
    });
};

/** What of the provider was asked for and not read: whether there is one, and, where the audience is tested, whether it
 *  accepts such tokens at all. */
const unreadAbout = (principal: EksPrincipal, view: StatementView, { snapshot }: Facts): string | undefined => {
  const provider = valueOr(snapshot.providers, []).find(({ arn }) => arn === principal.arn);
  const tests = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]);
  if (provider ? tests.length === 0 : !isPossible(principal)) return undefined;
  const gap = readFailuresOf(provider?.detail ?? snapshot.providers).find(({ kind }) => kind !== 'not-asked-for');
  return gap && `the provider ${principal.arn}: ${gap.operation}: ${gap.message}`;
};

/** Audiences that can make a difference: those of the provider; where they were not read, the default one and those
 *  that the tests name (a pattern by a text that it matches). */
export const audiencesFor = (principal: EksPrincipal, view: StatementView, facts: Facts): readonly string[] => {
  const found = lookUpProvider(principal.arn, facts);
  const read = found.status === 'found' ? valueOr(found.provider.detail, undefined)?.audiences : undefined;
  if (read && read.length > 0) return read;
  const tests = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]);
  const named = tests
    .flatMap(test => test.values.map(value => value.text.replaceAll('*', '').replaceAll('?', 'a')))
    .filter(audience => !audience.startsWith('system:serviceaccount:'));
  return [...new Set([defaultAudience, ...named.slice(0, 20)])];
};

/** What an exposure allows without doubt: the set itself, or the certain part of an undecided one. */
export const certainPart = (set: SubjectSet): SubjectSet => {
  if (set.kind !== 'unknown') return set;
  const { certain } = set;
  const shape = certain === false ? undefined : shapeOf(certain);
  if (!shape) return { ...set, kind: 'none', subjects: [], patterns: [], except: [] };
  const kind = shape.patterns.length > 0 ? 'pattern' : shape.subjects.length > 0 ? 'list' : 'none';
  return { ...shape, kind, reasons: [], certain, possible: certain };
};

/** How wide one pattern of a set is, after Deny statements. */
export interface Breadth {
  readonly kind: 'namespaces-open' | 'whole-namespaces' | 'broad';
  /** The namespaces of which every service account may assume the role. */
  readonly namespaces: readonly string[];
}

/** One pattern that an exposure allows, with the part of the set that it stands for. */
export interface OpenPattern {
  readonly exposure: Exposure;
  readonly pattern: string;
  readonly breadth: Breadth;
  readonly part: SubjectSet;
}

/** The patterns of a statement, each once a provider, by breadth. `any` is none of these: it is trust-any-subject's. */
export const openPatterns = (subject: StatementSubject, facts: Facts): readonly OpenPattern[] => {
  const found = new Map<string, OpenPattern>();
  for (const exposure of exposuresOf(subject, facts)) {
    const set = certainPart(exposure.set);
    if (set.kind !== 'pattern') continue;
    for (const pattern of set.patterns) {
      const key = `${exposure.principal.arn} ${pattern}`;
      if (!found.has(key)) found.set(key, openPattern(exposure, set, pattern));
    }
  }
  return [...found.values()];
};

const openPattern = (exposure: Exposure, set: SubjectSet, pattern: string): OpenPattern => {
  const matches: Formula = { kind: 'matches', glob: wildcardGlob(pattern) };
  const certain: Formula =
    set.patterns.length === 1 && set.subjects.length === 0
      ? set.certain
      : { kind: 'and', parts: [set.certain, matches] };
  const part: SubjectSet = { ...set, kind: 'pattern', subjects: [], patterns: [pattern], certain, possible: certain };
  return { exposure, pattern, part, breadth: breadthOf(part) };
};

const breadthOf = (part: SubjectSet): Breadth => {
  if (hasOpenNamespace(part)) return { kind: 'namespaces-open', namespaces: [] };
  const namespaces = wholeNamespaces(part);
  return { kind: namespaces.length > 0 ? 'whole-namespaces' : 'broad', namespaces };
};

/** The first reason why the exposures of a statement are not decided; undefined if all are. */
export const undecidedFor = (subject: StatementSubject, facts: Facts): UnknownReason | undefined => {
  const open = exposuresOf(subject, facts).find(({ set }) => set.kind === 'unknown');
  return open && reasonOf(kindOfDoubt(open.set.reasons, subject.role), open.set.because);
};

/** What was not read of the providers of a statement, where that decides who may assume the role. */
export const unreadProvider = (subject: StatementSubject, facts: Facts): UnknownReason | undefined =>
  reasonOf('unread', exposuresOf(subject, facts).find(({ unread }) => unread !== undefined)?.unread);

/** Up to two of the shortest names in the set, whether they exist or not: `namespace/name`. */
export const shortestNames = ({ certain }: SubjectSet): readonly string[] => {
  const names: string[] = [];
  let left = certain;
  for (let next = shortestSubject(left); next.kind === 'found' && names.length < 2; next = shortestSubject(left)) {
    names.push(nameOf(next.subject));
    const found: Formula = { kind: 'matches', glob: literalGlob(next.subject) };
    left = { kind: 'and', parts: [left, { kind: 'not', part: found }] };
  }
  return names;
};

const nameOf = (subject: string): string => subject.split(':').slice(2).join('/');

/** Existing service accounts in the set, as `namespace/name`, sorted; undefined where the cluster was not read. */
export const existingMembers = (set: SubjectSet, issuer: string, facts: Facts): readonly string[] | undefined => {
  const inventory = inventoryOf(issuer, facts);
  if (inventory.status !== 'read') return undefined;
  return membersAmong(set, inventory.accounts)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .sort();
};
