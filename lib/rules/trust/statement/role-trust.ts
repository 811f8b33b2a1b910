import { type EksPrincipal, eksPrincipalsOf, type Facts, type RoleSubject } from '../../../facts.ts';
import { mayCover, type Statement } from '../../../policy.ts';

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
