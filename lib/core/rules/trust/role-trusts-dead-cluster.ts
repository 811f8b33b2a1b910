import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import { clustersWithIssuer } from '../../facts/fleet-index.ts';
import { complete } from '../../model/collected.ts';
import { counted } from '../../text/counted.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../example-world.ts';
import { mayStillLive } from '../provider/support/issuer-liveness.ts';
import { clusterNameOf } from './support/cluster-name.ts';
import { trustedEksPrincipals } from './support/role-trust.ts';
import { cleanIssuer } from './support/statement-view.ts';
import { successorFix } from './support/successor-fix.ts';

/** A cluster that was made anew has a new issuer: roles that still trust the old one are dead. */
export const roleTrustsDeadCluster = defineRule({
  id: 'role-trusts-dead-cluster',
  kind: 'role',
  group: 'trust',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Roles for service accounts trust a cluster that exists',
  needs: ['roles', 'providers', 'clusters'],
  docs: {
    why: 'A cluster that is deleted and created again under the same name gets another issuer. Roles that trust only the old one let no pod of the new cluster in, and their pods fail with AccessDenied.',
    fix: "Name the new cluster's provider in the trust policy, or delete the role with its cluster.",
    references: ['https://github.com/aws/containers-roadmap/issues/1579', 'docs/facts.md §B.7'],
  },
  check: (subject, facts) => {
    const principals = trustedEksPrincipals(subject, facts);
    if (principals.length === 0) return notApplicable;
    if (principals.some(principal => isAlive(principal, facts))) return pass;
    const open = principals
      .map(principal => mayStillLive(`https://${cleanIssuer(principal.hostPath)}`, principal.arn, facts))
      .find(question => question !== undefined);
    if (open !== undefined) return unknown('unread', open);
    const names = principals
      .map(principal => clusterNameOf(principal, subject.role, facts))
      .filter(name => name !== undefined);
    const successor = facts.fleet.clusters.find(
      cluster => names.includes(cluster.name) && cluster.issuer !== undefined,
    );
    const issuers = principals.map(principal => cleanIssuer(principal.hostPath));
    return fail({
      message: `the role ${subject.role.arn} trusts only ${issuers.join(', ')}, and no cluster has ${issuers.length === 1 ? 'this issuer' : 'these issuers'}${successor ? `; the cluster ${successor.name} now has ${successor.issuer}` : ''}`,
      evidence: principals.map(principal => ({
        what: 'trusted issuer',
        got: cleanIssuer(principal.hostPath),
        ...(successor?.issuer === undefined ? {} : { wanted: successor.issuer }),
        readFrom: `eks:DescribeCluster of ${counted(facts.fleet.clusters.length, 'cluster')}`,
      })),
      podError: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      fix: successorFix(subject, principals, successor, facts),
      ...(successor
        ? { place: { clusterName: successor.name, clusterArn: successor.arn, region: successor.region } }
        : {}),
    });
  },
  examples: {
    pass: { title: 'the cluster exists', facts: () => someFacts() },
    fail: { title: 'the cluster was made anew under the same name', facts: () => recreated([]) },
    unknown: {
      title: 'a region could not be read',
      facts: () => recreated(['clusters of 111122223333 in us-east-1: eks:ListClusters denied']),
    },
  },
});

const recreated = (gaps: readonly string[]): Facts => {
  const old = exampleIssuer.replace('5C1D', '0A0B');
  const detail = complete({
    url: old.slice(8),
    audiences: ['sts.amazonaws.com'],
    thumbprints: [],
    tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
  });
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: old, detail })]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: old }) })]),
    clusters: complete([aClusterSnapshot({ cluster: aCluster() })]),
  });
  return { ...facts, fleet: { ...facts.fleet, gaps } };
};

/** Some cluster has the issuer, or it is registered: self-hosted clusters are in no list of EKS. */
const isAlive = (principal: EksPrincipal, { fleet, settings }: Facts): boolean => {
  const issuer = cleanIssuer(principal.hostPath);
  return (
    clustersWithIssuer(fleet, issuer).length > 0 ||
    settings.registeredIssuers.some(known => cleanIssuer(known) === issuer)
  );
};
