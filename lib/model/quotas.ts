/** The quotas of an account, as far as they were read; a default is not assumed (docs/facts.md §G). */
export interface AccountQuotas {
  readonly oidcProviders?: number;
  /** Characters, white space not counted. */
  readonly trustPolicyLength?: number;
}

/** One quota of IAM. */
export interface Quota {
  /** The quotas of every account. */
  readonly least: number;
  /** The most that AWS grants on request. */
  readonly most: number;
  /** How Service Quotas names it. */
  readonly code: string;
}

/** The quotas that rules look at (IAM quotas; EKS Best Practices, known limits; docs/facts.md §A.9, §B.1). */
export const iamQuotas: Readonly<Record<keyof AccountQuotas, Quota>> = {
  oidcProviders: { least: 100, most: 700, code: 'L-858F3967' },
  trustPolicyLength: { least: 2048, most: 8192, code: 'L-C07B4B0D' },
};

/** Audiences (client ids) that a provider takes, and thumbprints; neither can be raised (IAM User Guide, "IAM and AWS STS
 *  quotas"). */
export const mostAudiences = 100;
export const mostThumbprints = 5;
/** Characters of an audience (IAM API reference, `AddClientIDToOpenIDConnectProvider`). */
export const longestAudience = 255;

/** The share of a quota from which on it is near: the next cluster may not fit. */
const nearShare = 0.8;

/** The first number that is near a quota. */
export const nearFrom = (quota: number): number => Math.ceil(quota * nearShare);
