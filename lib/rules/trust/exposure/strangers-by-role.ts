import type { Facts, RoleSubject } from '../../../facts.ts';
import { notAskedFor, parseArn, type Role, roleNameOf, valueOr } from '../../../model.ts';
import { hintBudget, type Statement, type Stranger, trustPolicyOf } from '../../../policy.ts';
import { allowStatements } from '../statement/role-trust.ts';
import { callerGrant, strangersOf } from './strangers-of.ts';

/** Somebody outside of the zone of trust who may assume a role that is trusted, and by it the role in question. */
export interface StrangerByRole extends Stranger {
  /** ARN of the trusted role. */
  readonly via: string;
}

/** The strangers of the roles that a role trusts: one hop, along the roles of the audited accounts that were read. Both
 *  verdicts must be proven for an open one. `at` is the place in the role's own policy. */
export const strangersByRole = (subject: RoleSubject, facts: Facts): readonly StrangerByRole[] => {
  const found = new Map<string, StrangerByRole>();
  for (const statement of allowStatements(subject))
    for (const one of byStatement(subject, statement, facts)) {
      const key = `${one.via} ${one.kind} ${one.principal}`;
      if (!found.has(key)) found.set(key, one);
    }
  return [...found.values()];
};

const byStatement = (subject: RoleSubject, statement: Statement, facts: Facts): readonly StrangerByRole[] => {
  const trusted = trustedIn(statement, facts).filter(({ via }) => via.id !== subject.id);
  return trusted.flatMap(({ via, caller }) => {
    const strangers = strangersOf(via, facts);
    if (strangers.length === 0) return [];
    const grant = callerGrant(caller, subject, statement, facts);
    if (grant.verdict === 'closed') return [];
    return strangers.map(
      (one): StrangerByRole => ({
        ...one,
        ...(grant.verdict === 'may-be' ? { verdict: 'may-be', because: one.because ?? grant.because } : {}),
        via: via.id,
        at: statement.principal?.at ?? statement.at,
      }),
    );
  });
};

/** A role that is trusted, and the ARN by which it is: its own, or that of a session. */
interface Trusted {
  readonly via: RoleSubject;
  readonly caller: string;
}

/** The roles that a statement names as principals, and where it tests the ARN of the caller, those that it may mean. */
const trustedIn = ({ principal, conditions }: Statement, facts: Facts): readonly Trusted[] => {
  const { byArn, bySession } = rolesOf(facts);
  if (conditions.some(({ key }) => key.text.toLowerCase() === 'aws:principalarn'))
    return [...byArn].map(([caller, via]) => ({ via, caller }));
  if (principal?.kind !== 'typed') return [];
  return principal.entries.flatMap(({ type, value: { text: caller } }) => {
    const via = type === 'AWS' ? (byArn.get(caller) ?? bySession.get(sessionOf(caller) ?? '')) : undefined;
    return via ? [{ via, caller }] : [];
  });
};

/** The account and the name of the role of a session: its ARN has no path. */
const sessionOf = (arn: string): string | undefined => {
  const { service, accountId, resource = '' } = parseArn(arn) ?? {};
  const [kind, name] = resource.split('/');
  return service === 'sts' && kind === 'assumed-role' && name ? `${accountId} ${name}` : undefined;
};

interface Roles {
  readonly byArn: ReadonlyMap<string, RoleSubject>;
  readonly bySession: ReadonlyMap<string, RoleSubject>;
}

const cache = new WeakMap<Facts, Roles>();

/** The roles of the account, and those of other audited accounts that its trust policies name. */
const rolesOf = (facts: Facts): Roles => {
  const known = cache.get(facts);
  if (known) return known;
  const { snapshot, fleet } = facts;
  const own = valueOr(snapshot.roles, []);
  const others = (fleet.callers ?? []).map(
    ({ arn, trustPolicy }): Role => ({
      ...{ arn, name: roleNameOf(arn), path: '/', trustPolicy },
      detail: notAskedFor('a role of another account'),
    }),
  );
  const subjects = [...own, ...others].map(subjectOf);
  const roles = {
    byArn: new Map(subjects.map(subject => [subject.id, subject])),
    bySession: new Map(
      subjects.map(subject => [`${subject.place.accountId} ${roleNameOf(subject.id)}`, subject] as const),
    ),
  };
  cache.set(facts, roles);
  return roles;
};

const subjectOf = (role: Role): RoleSubject => ({
  id: role.arn,
  place: { accountId: parseArn(role.arn)?.accountId ?? '', roleArn: role.arn },
  role,
  policy: trustPolicyOf(role),
  hints: hintBudget(),
});
