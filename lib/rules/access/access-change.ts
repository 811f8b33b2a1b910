/** Who may assume a role before and after a step: exact sets, for people and programs. */
import type { Facts } from '../../facts.ts';
import { type AccessChange, type IdentitySet, providerHostPath, type Role } from '../../model.ts';
import {
  accountText,
  addedTo,
  type Budget,
  compilePolicy,
  type Formula,
  hintBudget,
  instantsFrom,
  type Policy,
  shapeOf,
  trustPolicyOf,
} from '../../policy.ts';
import { given, shortListOf } from '../../text.ts';
import { clusterCalled, otherAccountOf } from '../oidc/cluster-called.ts';
import { rolesTrusting } from '../oidc/issuer-users.ts';
import { audiencesOfTokens, issuersInPolicies } from './asked-tokens.ts';
import { nothing } from './gains.ts';
import { trustContextFor } from './trust-context.ts';

/** The effect of an edit of the trust policy of a role, now and at every later instant that one of the policies names. `created`
 *  as in `gainsOfEdit`. */
export const accessOfEdit = (
  before: Policy,
  after: Policy,
  role: Role,
  facts: Facts,
  created?: string,
): AccessChange => {
  const budget = hintBudget();
  const instants = instantsFrom([before, after], facts.now);
  const sets = issuersInPolicies([before, after], role, facts).flatMap(issuer => {
    const old = issuer === created ? nothing : before;
    return audiencesOfTokens(issuer, [before, after], role, facts).flatMap(({ audience, shown }) => {
      const compiled = instants.map(now => {
        const context = trustContextFor({ role }, { now }, issuer, audience);
        return { now, was: compilePolicy(old, context), is: compilePolicy(after, context) };
      });
      const of = { issuer, audience: shown, ...given({ otherAccount: otherAccountOf(issuer, role.arn, facts) }) };
      const gains = compiled.map(({ now, was, is }) => ({ now, formula: addedTo(was, is) }));
      const loses = compiled.map(({ now, was, is }) => ({ now, formula: addedTo(is, was) }));
      return instants.map((_, at) => ({ gains: newAt(at, gains, of, budget), loses: newAt(at, loses, of, budget) }));
    });
  });
  const isOpen = sets.some(({ gains, loses }) => gains.isOpen || loses.isOpen);
  return {
    roleArn: role.arn,
    gains: sets.flatMap(({ gains }) => gains.sets),
    loses: sets.flatMap(({ loses }) => loses.sets),
    ...(isOpen ? { isOpen } : {}),
  };
};

/** The part of a set that is there from one instant on and at no earlier one. */
const newAt = (
  at: number,
  sets: readonly { readonly now: string | undefined; readonly formula: Formula }[],
  of: Asked,
  budget: Budget,
): WrittenSet => {
  const [first, ...earlier] = sets.slice(0, at + 1).toReversed();
  if (first === undefined || earlier.length === 0) return setOf(first?.formula ?? false, of, budget);
  const before: Formula = { kind: 'not', part: { kind: 'or', parts: earlier.map(({ formula }) => formula) } };
  const { sets: found, isOpen } = setOf({ kind: 'and', parts: [first.formula, before] }, of, budget);
  return { sets: found.map(set => ({ ...set, ...given({ from: first.now }) })), isOpen };
};

/** Answers by the facts that they are of: many service accounts may ask for one audience. */
const knownAccess = new WeakMap<Facts, Map<string, readonly AccessChange[]>>();

/** Who gains each role that trusts a provider once tokens with this audience pass it: it is created, or the audience added. */
export const accessOfProvider = (providerArn: string, audience: string, facts: Facts): readonly AccessChange[] => {
  const known = knownAccess.get(facts) ?? new Map<string, readonly AccessChange[]>();
  knownAccess.set(facts, known);
  const key = JSON.stringify([providerArn, audience]);
  const access = known.get(key) ?? workedOut(providerArn, audience, facts);
  known.set(key, access);
  return access;
};

const workedOut = (providerArn: string, audience: string, facts: Facts): readonly AccessChange[] => {
  const issuer = providerHostPath(providerArn) ?? '';
  return rolesTrusting(providerArn, facts).flatMap(role => {
    const policy = trustPolicyOf(role);
    if (!policy.ok) return [{ roleArn: role.arn, gains: [], loses: [], isOpen: true as const }];
    const { certain, possible } = compilePolicy(policy.policy, trustContextFor({ role }, facts, issuer, audience));
    const of = { issuer, audience, ...given({ otherAccount: otherAccountOf(issuer, role.arn, facts) }) };
    const { sets, isOpen } = setOf({ kind: 'or', parts: [certain, possible] }, of, hintBudget());
    return sets.length === 0 && !isOpen
      ? []
      : [{ roleArn: role.arn, gains: sets, loses: [], ...(isOpen ? { isOpen: true as const } : {}) }];
  });
};

interface WrittenSet {
  readonly sets: readonly IdentitySet[];
  readonly isOpen: boolean;
}

/** Whose tokens a set is of. */
type Asked = Pick<IdentitySet, 'issuer' | 'audience' | 'otherAccount'>;

const setOf = (formula: Formula, of: Asked, budget: Budget): WrittenSet => {
  const { subjects, patterns, except, exact, isComplete } = shapeOf(formula, budget);
  return {
    sets: subjects.length + patterns.length === 0 ? [] : [{ ...of, subjects, patterns, except }],
    isOpen: !(exact && isComplete),
  };
};

/** True where more than one service account with one audience gains a role, or may. */
export const isWide = (access: readonly AccessChange[]): boolean =>
  access.some(({ isOpen }) => isOpen) ||
  access.flatMap(({ gains }) => gains).some(({ patterns }) => patterns.length > 0) ||
  new Set(
    access.flatMap(({ gains }) =>
      gains.flatMap(({ subjects, issuer, audience }) => subjects.map(one => JSON.stringify([one, issuer, audience]))),
    ),
  ).size > 1;

/** Names in a sentence: the rest is counted. */
const maxNames = 5;

/** `service account checkout/cart of cluster shop`, or several of them, for a sentence. */
export const identitiesInWords = (sets: readonly IdentitySet[], facts: Facts): string => {
  const names = sets.flatMap(({ issuer, otherAccount, subjects, patterns, except }) => {
    const cluster = `${clusterCalled(issuer, facts)}${otherAccount === undefined ? '' : ` of account ${otherAccount}`}`;
    const but = except.length === 0 ? '' : ` except ${except.join(', ')}`;
    return [
      ...subjects.map(subject => `service account ${accountText(subject)} of cluster ${cluster}`),
      ...patterns.map(pattern => `every service account of cluster ${cluster} that matches ${pattern}${but}`),
    ];
  });
  return shortListOf(names, maxNames);
};
