import { cleanIssuer } from '../model/clean-issuer.ts';
import { providersIn } from '../policy/decide/default-context.ts';
import type { Policy, Statement } from '../policy/parse/policy.ts';
import { isMeantForEks } from './eks-issuer.ts';

/** The issuers that a policy trusts by provider ARN, with `https://`, in order. */
export interface PolicyIssuers {
  /** Of Kubernetes clusters: by their host, or by the subjects that the policy names. */
  readonly clusters: readonly string[];
  /** All others: GitHub, GitLab, and clusters that nothing tells. */
  readonly others: readonly string[];
}

/** Tells the issuers of clusters in a policy from the others that it trusts. */
export const issuersOfPolicy = (policy: Policy): PolicyIssuers => {
  const clusters: string[] = [];
  const others: string[] = [];
  for (const issuer of new Set(providersIn(policy).map(provider => provider.issuer)))
    (isMeantForEks(issuer) || policy.statements.some(one => isForServiceAccountsOf(one, issuer))
      ? clusters
      : others
    ).push(issuer);
  return { clusters, others };
};

/** A test on a key of the issuer names a service account; any test, where the statement trusts this issuer alone. */
const isForServiceAccountsOf = (statement: Statement, issuer: string): boolean => {
  const named = providersIn({ statements: [statement] }).map(provider => provider.issuer);
  if (!named.includes(issuer)) return false;
  const host = cleanIssuer(issuer).toLowerCase();
  return statement.conditions.some(
    ({ key, values }) =>
      (named.length === 1 || key.text.toLowerCase().startsWith(`${host}:`)) &&
      values.some(value => value.text.startsWith('system:serviceaccount:')),
  );
};
