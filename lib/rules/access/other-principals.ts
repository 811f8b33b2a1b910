import { eksPrincipalsOf } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Policy, Statement } from '../../policy/parse/policy.ts';

/**
 * True if an edit gives principals other than service accounts (AWS principals, services, GitHub, SAML) nothing: each of
 * their Allow statements was there before, word for word, and each of their Deny statements still is. Who they are cannot
 * be decided here, so their statements must not change.
 */
export const keepsOtherPrincipals = (before: Policy, after: Policy, facts: Facts): boolean =>
  isWithin(grants(after, 'Allow', facts), grants(before, 'Allow', facts)) &&
  isWithin(grants(before, 'Deny', facts), grants(after, 'Deny', facts));

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean => [...some].every(one => all.has(one));

/** Each other principal with what its statement says, as text that can be compared. */
const grants = ({ statements }: Policy, effect: string, facts: Facts): ReadonlySet<string> =>
  new Set(
    statements
      // An effect that IAM does not know is kept as it is.
      .filter(one => one.effect === effect || !['Allow', 'Deny'].includes(one.effect))
      .flatMap(one => othersIn(one, facts).map(principal => JSON.stringify([principal, contentOf(one)]))),
  );

const othersIn = (statement: Statement, facts: Facts): readonly string[] => {
  const { principal, notPrincipal } = statement;
  const known = new Set(eksPrincipalsOf(principal, facts).map(({ arn }) => arn));
  const named = [principal, notPrincipal].flatMap((element, at): string[] => {
    if (element === undefined) return [];
    if (element.kind === 'everyone') return [`${at} *`];
    return element.entries
      .filter(({ type, value }) => type !== 'Federated' || !known.has(value.text))
      .map(({ type, value }) => `${at} ${type} ${value.text}`);
  });
  return named.length > 0 || known.size > 0 ? named : ['none'];
};

const contentOf = ({ effect, actions, notActions, conditions }: Statement): unknown => [
  effect,
  actions?.map(({ text }) => text),
  notActions?.map(({ text }) => text),
  conditions.map(({ operator, key, values }) => [operator, key.text, values.map(({ text }) => text)]),
];
