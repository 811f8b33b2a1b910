/** The service accounts of clusters that may assume a role by its trust policy, as sets. */

import { clustersOf, controlTexts, eksPrincipalsOf, type Facts } from '../../facts.ts';
import { type ClusterSnapshot, parseArn, providerArn, type Role, valueOr } from '../../model.ts';
import { defaultAudience, denialByAll, isForAnyone, type Policy, podsUnder, type SubjectSet } from '../../policy.ts';
import { given } from '../../text.ts';

/** Clusters by issuer, with `https://`. */
export type ClustersByIssuer = ReadonlyMap<string, readonly ClusterSnapshot[]>;

/** The clusters of all accounts that have an issuer. */
export const clustersByIssuer = (facts: readonly Facts[]): ClustersByIssuer =>
  Map.groupBy(
    facts.flatMap(({ snapshot }) => clustersOf(snapshot)).filter(({ cluster }) => cluster.issuer !== undefined),
    ({ cluster }) => cluster.issuer ?? '',
  );

/** The service accounts of one cluster that may assume a role with a token of one audience. */
export interface Assumers {
  readonly cluster: ClusterSnapshot;
  readonly audience: string;
  readonly set: SubjectSet;
  /** Set where the provider of the role's account was not read: the audience is then the usual one. */
  readonly doubt?: string;
}

/** Who may assume a role, by cluster and audience: an entry for each audience of the provider of each cluster that the role
 *  trusts. `facts` is the account of the role. */
export const assumersOf = (
  facts: Facts,
  role: Role,
  policy: Policy,
  clusters: ClustersByIssuer,
): readonly Assumers[] => {
  const controls = controlTexts(facts);
  const tags = role.detail.status === 'complete' ? { roleTags: role.detail.value.tags } : {};
  return trustedIssuers(policy, facts, clusters).flatMap(issuer => {
    const { audiences, doubt } = providerOf(facts, role, issuer);
    const sets = audiences.map(audience => {
      const context = { issuer, audience, roleArn: role.arn, now: facts.now, ...tags };
      const set = podsUnder(policy, context, denialByAll(controls, context));
      return { audience, set, ...given({ doubt }) };
    });
    return (clusters.get(issuer) ?? []).flatMap(cluster => sets.map(one => ({ cluster, ...one })));
  });
};

/** Issuers of clusters that the policy's statements name; all of them for a statement about everyone. */
const trustedIssuers = (policy: Policy, facts: Facts, clusters: ClustersByIssuer): readonly string[] => {
  if (policy.statements.some(isForAnyone)) return [...clusters.keys()];
  const named = policy.statements.flatMap(({ principal }) =>
    eksPrincipalsOf(principal, facts).map(({ hostPath }) => hostPath),
  );
  return [...new Set(named.map(hostPath => `https://${hostPath}`))].filter(issuer => clusters.has(issuer));
};

/** The provider of the issuer in the role's account: STS takes tokens with its audiences only. `doubt` says what of it
 *  was not read. */
const providerOf = (
  { snapshot: { providers } }: Facts,
  { arn }: Role,
  issuer: string,
): { readonly audiences: readonly string[]; readonly doubt?: string } => {
  const { partition = '', accountId = '' } = parseArn(arn) ?? {};
  const wanted = providerArn(partition, accountId, issuer);
  const detail = valueOr(providers, []).find(provider => provider.arn === wanted)?.detail;
  if (detail?.status === 'complete') return { audiences: [...new Set(detail.value.audiences)] };
  if (detail === undefined && providers.status === 'complete') return { audiences: [] };
  return { audiences: [defaultAudience], doubt: `the provider ${wanted} was not read` };
};
