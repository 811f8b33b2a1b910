import { hasNoIssuer } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, eksGuide, notApplicable, pass, unknown } from '../prelude.ts';

/** A cluster without an issuer cannot use IRSA at all. */
export const clusterIssuerAbsent = defineRule({
  id: 'cluster-issuer-absent',
  kind: 'cluster',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'provider-exists',
  title: 'Every cluster has an OIDC issuer',
  fault: 'The cluster has no OIDC issuer',
  says: { absent: ['no OIDC issuer', 'cluster {cluster} has no OIDC issuer, so its service accounts cannot use IRSA'] },
  needs: [],
  why: 'A local cluster on Outposts has no OIDC issuer. IRSA does not work there, and no provider can change that.',
  fix: 'There is nothing to fix. Give the pods their credentials in another way.',
  references: ['docs/facts.md §B.7', eksGuide('eks-outposts-local-cluster-overview')],
  check: ({ cluster }, _facts, fail) => {
    if (!['ACTIVE', 'UPDATING'].includes(cluster.status)) return notApplicable;
    if (cluster.issuer !== undefined) return pass;
    if (!hasNoIssuer(cluster))
      return unknown('not-asked-for', `the issuer of cluster ${cluster.name}: EKS was not asked for it`);
    return fail
      .absent({ cluster: cluster.name })
      .evidence('identity.oidc.issuer', `eks:DescribeCluster in ${cluster.region}`, phrase('none'), phrase('a URL'))
      .explains([{ ruleId: 'pod-not-injected', clusterArn: cluster.arn }])
      .fix(
        'No change: IRSA is not available on a local cluster on Outposts.',
        'How the pods of this cluster get AWS credentials, if they need any.',
      );
  },
});
