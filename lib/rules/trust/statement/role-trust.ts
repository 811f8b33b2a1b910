import { type EksPrincipal, eksPrincipalsOf } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { RoleSubject } from '../../../facts/subjects.ts';
import { mayCover } from '../../../policy/decide/action.ts';
import type { Statement } from '../../../policy/parse/policy.ts';

/** The statements of a role that allow something; none where the policy cannot be parsed. */
export const allowStatements = ({ policy }: RoleSubject): readonly Statement[] =>
  policy.ok ? policy.policy.statements.filter(statement => statement.effect === 'Allow') : [];

/** Every EKS provider that the role trusts by web identity, each once. */
export const trustedEksPrincipals = (subject: RoleSubject, facts: Facts): readonly EksPrincipal[] => {
  const byArn = new Map<string, EksPrincipal>();
  for (const statement of allowStatements(subject))
    if (mayCover(statement))
      for (const principal of eksPrincipalsOf(statement.principal, facts)) byArn.set(principal.arn, principal);
  return [...byArn.values()];
};

/** True if the role is for service accounts of some EKS cluster. */
export const trustsEks = (subject: RoleSubject, facts: Facts): boolean =>
  trustedEksPrincipals(subject, facts).length > 0;
