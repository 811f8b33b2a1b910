import { cleanIssuer } from '../model.ts';
import { type Policy, providersIn } from '../policy.ts';
import { isMeantForEks } from './eks-issuer.ts';
import { issuersForAccounts } from './service-account-issuers.ts';

/** The issuers that a policy trusts by provider ARN, with `https://`, in order. */
interface PolicyIssuers {
  /** Of Kubernetes clusters: by their host, or by the subjects that the policy names. */
  readonly clusters: readonly string[];
  /** All others: GitHub, GitLab, and clusters that nothing tells. */
  readonly others: readonly string[];
}

/** Tells the issuers of clusters in a policy from the others that it trusts. */
export const issuersOfPolicy = (policy: Policy): PolicyIssuers => {
  const forAccounts = new Set(policy.statements.flatMap(issuersForAccounts).map(cleanIssuer));
  const isOfCluster = (issuer: string): boolean => isMeantForEks(issuer) || forAccounts.has(cleanIssuer(issuer));
  const issuers = [...new Set(providersIn(policy).map(({ issuer }) => issuer))];
  return { clusters: issuers.filter(isOfCluster), others: issuers.filter(issuer => !isOfCluster(issuer)) };
};
