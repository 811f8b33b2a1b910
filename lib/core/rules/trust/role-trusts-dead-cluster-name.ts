import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Role } from '../../model/account.ts';
import { valueOr } from '../../model/collected.ts';
import { lookUpProvider } from '../access/trust-context.ts';

/** Tags in which tools write the name of the cluster that a provider or role was made for. */
const nameTags = ['alpha.eksctl.io/cluster-name', 'eksctl.cluster.k8s.io/v1alpha1/cluster-name', 'eks:cluster-name'];

/** The name of the cluster that a provider was made for, as far as tags of the provider or of the role tell. */
export const clusterNameOf = (principal: EksPrincipal, role: Role, facts: Facts): string | undefined => {
  const found = lookUpProvider(principal.arn, facts);
  const detail = found.status === 'found' ? valueOr(found.provider.detail, undefined) : undefined;
  return (detail && nameIn(detail.tags)) ?? nameIn(valueOr(role.detail, undefined)?.tags ?? {});
};

const nameIn = (tags: Readonly<Record<string, string>>): string | undefined => {
  for (const tag of nameTags) if (tags[tag] !== undefined) return tags[tag];
  const owned = Object.keys(tags).find(tag => tag.startsWith('kubernetes.io/cluster/'));
  // The Terraform module names its provider "<cluster>-eks-irsa".
  return owned?.slice('kubernetes.io/cluster/'.length) ?? /^(.+)-eks-irsa$/.exec(tags.Name ?? '')?.[1];
};
