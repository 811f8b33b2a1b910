/** The quotas of an account, as far as they were read; a default is not assumed (docs/facts.md §G). */
export interface AccountQuotas {
  readonly oidcProviders?: number;
  /** Characters, white space not counted. */
  readonly trustPolicyLength?: number;
}

/** What every account has, and the most that AWS grants on request (IAM quotas, docs/facts.md §A.9, §B.1). */
export const quotaBounds = {
  oidcProviders: { least: 100, most: 700 },
  trustPolicyLength: { least: 2048, most: 8192 },
} as const;

/** The share of a quota from which on it is near: the next cluster may not fit. */
const nearShare = 0.8;

/** The first number that is near a quota. */
export const nearFrom = (quota: number): number => Math.ceil(quota * nearShare);
