import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { parseArn, providerHostPath, roleNameOf } from '../../model/arn.ts';
import { valueOr } from '../../model/collected.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { defineMessages, type Message } from '../../text/message.ts';
import { mayCover } from '../../trust/evaluate/action.ts';
import type { Statement } from '../../trust/policy/policy.ts';
import { testsCallerOfAccount } from './statement/caller.ts';
import { publicClaim } from './statement/public-login.ts';

/** The messages of role-trust-mixed. */
export const mixedMessage = defineMessages({
  instances: 'role {role} trusts service accounts and EC2 instances',
  service: 'role {role} trusts service accounts and the AWS service {principal}',
  account: 'role {role} trusts service accounts and every principal of account {account} that has the permission there',
  'instance-role': 'role {role} trusts service accounts and role {other}, which EC2 instances have',
  public: 'anybody who signs in at {principal} can assume role {role}: no condition limits {key}',
});

/** A principal that makes the role shared, with what is said of it. */
export interface Stranger {
  readonly principal: string;
  readonly said: Message;
  /** The key by which a condition would limit it: anybody on the internet is one. */
  readonly openBy?: string;
  readonly at: SourceLocation;
}

/** Principals that make the role shared. Pod Identity serves the same service accounts while they migrate; a federated
 *  principal is another workload identity, unless it is open to anybody; a role that is not EC2's, and an account of which a condition names the callers,
 *  are deliberate grants: all stay silent. */
export const strangers = (subject: RoleSubject, statement: Statement, facts: Facts): readonly Stranger[] => {
  if (statement.principal?.kind !== 'typed') return [];
  const { name } = subject.role;
  const isShared = mayCover(statement, 'sts:AssumeRole');
  return statement.principal.entries.flatMap(({ type, value: { text, at } }): readonly Stranger[] => {
    const key = type === 'Federated' && !deniesSome(subject) ? publicClaim(text, statement, facts) : undefined;
    if (key !== undefined) {
      const said = mixedMessage('public', { principal: providerHostPath(text) ?? text, role: name, key });
      return [{ principal: text, said, openBy: key, at }];
    }
    const said = isShared ? saidOf(name, type, text, statement, facts) : undefined;
    return said === undefined ? [] : [{ principal: text, said, at }];
  });
};

/** A Deny may hold strangers back: nothing is said of them then. */
const deniesSome = ({ policy }: RoleSubject): boolean =>
  !policy.ok || policy.policy.statements.some(one => one.effect !== 'Allow' && mayCover(one));

const saidOf = (
  role: string,
  type: string,
  principal: string,
  statement: Statement,
  facts: Facts,
): Message | undefined => {
  if (type === 'Service') {
    if (/^pods\.eks\./.test(principal)) return undefined;
    return /^ec2\./.test(principal)
      ? mixedMessage('instances', { role })
      : mixedMessage('service', { role, principal });
  }
  if (type !== 'AWS') return undefined;
  if (/^\d{12}$/.test(principal) || parseArn(principal)?.resource === 'root') {
    const account = parseArn(principal)?.accountId ?? principal;
    return statement.conditions.some(testsCallerOfAccount) ? undefined : mixedMessage('account', { role, account });
  }
  return isInstanceRole(principal, facts)
    ? mixedMessage('instance-role', { role, other: roleNameOf(principal) })
    : undefined;
};

const isInstanceRole = (arn: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.roles, []).some(role => role.arn === arn && /"ec2\.amazonaws\.com(\.cn)?"/.test(role.trustPolicy));
