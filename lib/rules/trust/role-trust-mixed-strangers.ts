import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { parseArn, roleNameOf } from '../../model/arn.ts';
import { valueOr } from '../../model/collected.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { mayCover } from '../../policy/decide/action.ts';
import type { Statement } from '../../policy/parse/policy.ts';
import { namesInTrustPolicy } from '../../policy/parse/trust-policy-of.ts';
import type { Message } from '../../text/message.ts';
import { failures } from '../failure.ts';
import { testsCallerOfAccount } from './statement/caller.ts';

/** The messages of role-trust-mixed. */
export const mixedMessage = failures({
  instances: ['trusts EC2 too', 'role {role} trusts service accounts and EC2 instances'],
  service: ['trusts an AWS service too', 'role {role} trusts service accounts and the AWS service {principal}'],
  account: [
    'trusts an account too',
    'role {role} trusts service accounts and every principal of account {account} that has the permission there',
  ],
  'instance-role': [
    'trusts an EC2 role too',
    'role {role} trusts service accounts and role {other}, which EC2 instances have',
  ],
});

/** A principal that makes the role shared, with what is said of it. */
export interface Stranger {
  readonly principal: string;
  readonly said: Message;
  readonly at: SourceLocation;
}

/** Principals that make the role shared. Pod Identity serves the same service accounts while they migrate; a federated
 *  principal is another workload identity; a role that is not EC2's, and an account of which a condition names the callers,
 *  are deliberate grants: all stay silent. */
export const strangers = ({ role }: RoleSubject, statement: Statement, facts: Facts): readonly Stranger[] => {
  if (statement.principal?.kind !== 'typed' || !mayCover(statement, 'sts:AssumeRole')) return [];
  return statement.principal.entries.flatMap(({ type, value }) => {
    const said = saidOf(role.name, type, value.text, statement, facts);
    return said === undefined ? [] : [{ principal: value.text, said, at: value.at }];
  });
};

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
      ? mixedMessage.instances({ role }).message
      : mixedMessage.service({ role, principal }).message;
  }
  if (type !== 'AWS') return undefined;
  if (/^\d{12}$/.test(principal) || parseArn(principal)?.resource === 'root') {
    const account = parseArn(principal)?.accountId ?? principal;
    return statement.conditions.some(testsCallerOfAccount)
      ? undefined
      : mixedMessage.account({ role, account }).message;
  }
  return isInstanceRole(principal, facts)
    ? mixedMessage['instance-role']({ role, other: roleNameOf(principal) }).message
    : undefined;
};

const isInstanceRole = (arn: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.roles, []).some(
    role => role.arn === arn && namesInTrustPolicy(role).some(name => /^ec2\.amazonaws\.com(\.cn)?$/.test(name)),
  );
