/** Who an edit of a trust policy would add, decided by the evaluator and not by the form of the edit. */
import { eksPrincipalsOf } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { Role } from '../../../model/account.ts';
import { providerArnBeside, providerHostPath, stripScheme } from '../../../model/arn.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import { hintBudget } from '../../../trust/language/budget.ts';
import type { Formula, ThreeValued } from '../../../trust/language/formula.ts';
import { literalGlob } from '../../../trust/language/glob.ts';
import { hasSubject, shortestSubject } from '../../../trust/language/shortest-subject.ts';
import type { Policy } from '../../../trust/policy/policy.ts';
import { compilePolicy } from '../../../trust/sets/subject-set.ts';
import { contextFor, lookUpProvider } from '../statement/statement-view.ts';
import { keepsOtherPrincipals } from './other-principals.ts';

/** A service account with one audience: who asks for a role. */
export interface Identity {
  /** Without scheme. */
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** Who may assume a role after an edit and could not before. `one`: one service account with one audience. `undecided`: the
 *  comparison exceeds the budget. `other-principals`: it changes what principals other than service accounts may do. */
export type Gains =
  | { readonly kind: 'nobody' | 'more' | 'undecided' | 'other-principals' }
  | { readonly kind: 'one'; readonly identity: Identity };

/** Who gains by an edit of the trust policy of a role. `created` is the issuer whose provider is created with it: nobody
 *  could assume the role through that one before, whatever the policy said. */
export const gainsOfEdit = (before: Policy, after: Policy, role: Role, facts: Facts, created?: string): Gains =>
  keepsOtherPrincipals(before, after, facts)
    ? gainsAmong(
        issuersIn([before, after], role, facts),
        issuer => (issuer === created ? none : before),
        after,
        role,
        facts,
      )
    : { kind: 'other-principals' };

/** Who gains by the creation of the provider of an issuer (without scheme), which the trust policy of the role names. */
export const gainsOfProvider = (issuer: string, policy: Policy, role: Role, facts: Facts): Gains =>
  gainsAmong([issuer], () => none, policy, role, facts);

/** A policy that allows nothing. */
const none: Policy = { statements: [], problems: [], length: 0 };

const gainsAmong = (
  issuers: readonly string[],
  beforeFor: (issuer: string) => Policy,
  after: Policy,
  role: Role,
  facts: Facts,
): Gains => {
  const budget = hintBudget();
  let gained: Identity | undefined;
  for (const issuer of issuers) {
    const before = beforeFor(issuer);
    for (const { audience, standsForMore } of audiencesFor(issuer, [before, after], role, facts)) {
      const context = contextFor({ role }, facts, issuer, audience);
      const added = addedTo(compilePolicy(before, context), compilePolicy(after, context));
      const first = shortestSubject(added, budget);
      if (first.kind === 'none') continue;
      if (first.kind !== 'found') return { kind: 'undecided' };
      if (gained !== undefined || standsForMore) return { kind: 'more' };
      const rest: Formula = { kind: 'not', part: { kind: 'matches', glob: literalGlob(first.subject) } };
      const hasSecond = hasSubject({ kind: 'and', parts: [added, rest] }, budget);
      if (hasSecond !== false) return { kind: hasSecond ? 'more' : 'undecided' };
      gained = { issuer, subject: first.subject, audience };
    }
  }
  return gained === undefined ? { kind: 'nobody' } : { kind: 'one', identity: gained };
};

/** Subjects that are allowed and were not, or may be allowed and could not: what was unknown may stay so. */
const addedTo = (before: ThreeValued, after: ThreeValued): Formula => ({
  kind: 'or',
  parts: [without(after.certain, before.certain), without(after.possible, before.possible)],
});

const without = (set: Formula, excluded: Formula): Formula => ({
  kind: 'and',
  parts: [set, { kind: 'not', part: excluded }],
});

/** Issuers (without scheme) that a policy names, in a principal or in the key of a test. */
const issuersIn = (policies: readonly Policy[], role: Role, facts: Facts): readonly string[] => {
  const found = new Set<string>();
  for (const { statements } of policies)
    for (const { principal, conditions } of statements) {
      for (const { arn, hostPath } of eksPrincipalsOf(principal, facts)) found.add(providerHostPath(arn) ?? hostPath);
      for (const { key } of conditions)
        if (/:(?:sub|aud)$/i.test(key.text)) found.add(stripScheme(key.text.slice(0, key.text.lastIndexOf(':'))));
    }
  found.delete('');
  // What no ARN can name, no token comes from.
  return [...found].filter(issuer => providerHostPath(providerArnBeside(role.arn, issuer)) === issuer);
};

/** An audience to ask about. `standsForMore`: whatever is allowed with it is allowed with others too. */
interface AskedAudience {
  readonly audience: string;
  readonly standsForMore: boolean;
}

const only = (audience: string): AskedAudience => ({ audience, standsForMore: false });

/** Audiences that tokens may have: those that the provider accepts; the default one where it does not exist, since it is
 *  created so; all that make a difference where its list was not read. */
const audiencesFor = (
  issuer: string,
  policies: readonly Policy[],
  role: Role,
  facts: Facts,
): readonly AskedAudience[] => {
  const lookup = lookUpProvider(providerArnBeside(role.arn, issuer), facts);
  if (lookup.status === 'absent') return [only(defaultAudience)];
  if (lookup.status === 'found' && lookup.provider.detail.status === 'complete')
    return lookup.provider.detail.value.audiences.map(only);
  const asked = new Map([[defaultAudience, only(defaultAudience)]]);
  for (const { key, values } of policies.flatMap(({ statements }) => statements.flatMap(one => one.conditions)))
    if (/:aud$/i.test(key.text))
      for (const { text } of values) {
        const audience = text.replaceAll(/[*?]/g, 'x');
        if (!asked.has(audience)) asked.set(audience, { audience, standsForMore: audience !== text });
      }
  return [...asked.values(), { audience: 'audience.invalid', standsForMore: true }];
};
