import { clusterNameInTags } from '../../facts/cluster-name-in-tags.ts';
import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Role } from '../../model/account.ts';
import { valueOr } from '../../model/collected.ts';
import { lookUpProvider } from '../access/trust-context.ts';

/** The name of the cluster that a provider was made for, as far as tags of the provider or of the role tell. */
export const clusterNameOf = (principal: EksPrincipal, role: Role, facts: Facts): string | undefined => {
  const found = lookUpProvider(principal.arn, facts);
  const detail = found.status === 'found' ? valueOr(found.provider.detail, undefined) : undefined;
  return clusterNameInTags(detail?.tags) ?? clusterNameInTags(valueOr(role.detail, undefined)?.tags);
};
