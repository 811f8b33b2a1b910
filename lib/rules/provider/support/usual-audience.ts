import { isEksHost } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import { defaultAudience } from '../../../policy/decide/request.ts';
import { askedAudiences, askedUnread } from '../../oidc/asked-audiences.ts';
import { issuerName } from '../../oidc/issuer-users.ts';
import { isNearMiss } from './audience-likeness.ts';

/**
 * Whether new tokens of an issuer ask for the audience sts.amazonaws.com, which its provider does not accept: false where
 * they ask for one that it accepts, a sentence where that is not known. `accepted`: the audiences of the provider.
 */
export const isUsualAudienceAsked = (issuer: string, accepted: readonly string[], facts: Facts): boolean | string => {
  const asked = askedAudiences(issuer, facts, 'new pods');
  const isEks = isEksHost(issuer);
  const hasOther = accepted.some(audience => asked?.has(audience));
  // Elsewhere than on EKS a flag of the webhook says which audience is the usual one: kOps has another. Audiences that are
  // for others, such as that of a service mesh, say nothing of this provider.
  if (asked !== undefined) return !hasOther || (isEks && asked.has(defaultAudience));
  const open = askedUnread(issuer, facts);
  if (open !== undefined) return open;
  if (isEks || accepted.length === 0 || accepted.some(isNearMiss)) return true;
  return `which audience the webhook of ${issuerName(issuer, facts)} gives to tokens`;
};
