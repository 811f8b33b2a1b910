/** Roles that trust EKS Pod Identity and that no association names: one that a template made without its association. */
import { type Role, valueOr } from '../model.ts';
import { namesPodIdentity, trustPolicyOf } from '../policy.ts';
import { associationsUnread } from './dormant-annotation.ts';
import type { Facts } from './facts.ts';
import { rolesToOffer } from './roles-made-for.ts';
import { clustersOf } from './subjects-of.ts';

/** The roles, by name; none while the associations of some cluster are not known. */
export const rolesWithoutAssociation = ({ snapshot }: Facts): readonly Role[] => {
  const clusters = clustersOf(snapshot);
  if (
    clusters.some(({ podIdentity }) => podIdentity.status !== 'complete' || associationsUnread(podIdentity).length > 0)
  )
    return [];
  const taken = new Set(
    clusters.flatMap(({ podIdentity }) =>
      valueOr(podIdentity, []).flatMap(({ roleArn, targetRoleArn }) => [roleArn, targetRoleArn]),
    ),
  );
  return rolesToOffer(snapshot).filter(role => {
    const parsed = trustPolicyOf(role);
    return parsed.ok && parsed.policy.statements.some(namesPodIdentity) && !taken.has(role.arn);
  });
};
