/** Values of the webhook's options: which it reads, and what it makes of the others (docs/facts.md §D.1). */
import type { Cluster } from '../model.ts';
import { isEksCluster } from './eks-cluster.ts';

/** The forms that Go's strconv.ParseBool takes. */
export const booleanTexts: readonly string[] = [
  ...['1', 't', 'T', 'TRUE', 'true', 'True'],
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'],
];

/** The least that the webhook asks for, and the most that the API server of EKS gives, in seconds. */
export const expirationBounds = { min: 600, max: 86_400 } as const;

/** The fault of a token expiration; `applied` is the value in its place, absent where it is ignored. The upper bound
 *  is that of EKS: what other API servers give is their own. */
export const expirationFault = (value: string, cluster: Cluster): { readonly applied?: number } | undefined => {
  if (!/^[+-]?\d{1,18}$/.test(value)) return {};
  const seconds = Number(value);
  const { min, max } = expirationBounds;
  if (seconds < min) return { applied: min };
  return seconds > max && isEksCluster(cluster) ? { applied: max } : undefined;
};
