import { eksPrincipalsOf, type Facts } from '../../facts.ts';
import type { Policy, Statement } from '../../policy.ts';

/**
 * True if an edit gives principals other than service accounts (AWS principals, services, GitHub, SAML) nothing: each of
 * their Allow statements was there before, word for word, and each of their Deny statements still is. Who they are cannot
 * be decided here, so their statements must not change.
 */
export const keepsOtherPrincipals = (before: Policy, after: Policy, facts: Facts): boolean =>
  otherPrincipalsGaining(before, after, facts).length === 0;

/** The other principals that an edit may give something: those of an Allow statement that is new, and of a Deny statement
 *  that is gone. */
export const otherPrincipalsGaining = (before: Policy, after: Policy, facts: Facts): readonly string[] => [
  ...new Set([
    ...missingIn(grants(before, 'Allow', facts), grants(after, 'Allow', facts)),
    ...missingIn(grants(after, 'Deny', facts), grants(before, 'Deny', facts)),
  ]),
];

const missingIn = (known: ReadonlyMap<string, string>, asked: ReadonlyMap<string, string>): readonly string[] =>
  [...asked].flatMap(([key, principal]) => (known.has(key) ? [] : [principal]));

/** Each other principal by what its statement says, as text that can be compared. */
const grants = ({ statements }: Policy, effect: string, facts: Facts): ReadonlyMap<string, string> =>
  new Map(
    statements
      // An effect that IAM does not know is kept as it is.
      .filter(one => one.effect === effect || !['Allow', 'Deny'].includes(one.effect))
      .flatMap(one =>
        othersIn(one, facts).map(principal => [JSON.stringify([principal, contentOf(one)]), principal] as const),
      ),
  );

const othersIn = (statement: Statement, facts: Facts): readonly string[] => {
  const { principal, notPrincipal } = statement;
  const known = new Set(eksPrincipalsOf(principal, facts).map(({ arn }) => arn));
  const named = [principal, notPrincipal].flatMap((element, at): string[] => {
    if (element === undefined) return [];
    const but = at === 0 ? '' : 'everyone but ';
    if (element.kind === 'everyone') return [`${but}everyone`];
    return element.entries
      .filter(({ type, value }) => type !== 'Federated' || !known.has(value.text))
      .map(({ type, value }) => `${but}${type} ${value.text}`);
  });
  return named.length > 0 || known.size > 0 ? named : ['a principal that is not named'];
};

const contentOf = ({ effect, actions, notActions, conditions }: Statement): unknown => [
  effect,
  actions?.map(({ text }) => text),
  notActions?.map(({ text }) => text),
  conditions.map(({ operator, key, values }) => [operator, key.text, values.map(({ text }) => text)]),
];
