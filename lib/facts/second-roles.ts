/** Second roles: those that a program is told to assume with the role of its service account (docs/facts.md §H.2). */
import { type ReadFailure, readFailuresOf, valueOr } from '../model/collected.ts';
import type { KubernetesFacts, Pod } from '../model/kubernetes.ts';
import { podsOfServiceAccount } from './pods-of-service-account.ts';

/** A second role, and where it is named: `--aws-assume-role of Deployment external-dns`, `ClusterIssuer letsencrypt`. */
export interface SecondRole {
  readonly roleArn: string;
  readonly namedBy: string;
}

/** The second roles of the pods of a service account, each once. */
export const secondRolesOf = (kubernetes: KubernetesFacts, namespace: string, name: string): readonly SecondRole[] => {
  const pods = podsOfServiceAccount(kubernetes, namespace, name);
  const roles = [
    ...pods.flatMap(ofArguments),
    ...(pods.some(({ isCertManager }) => isCertManager) ? ofIssuers(kubernetes) : []),
  ];
  return [...new Map(roles.map(role => [role.roleArn, role])).values()];
};

/** Why more second roles may be named for a service account than were read. */
export const secondRolesUnread = (
  kubernetes: KubernetesFacts,
  namespace: string,
  name: string,
): readonly ReadFailure[] => {
  const isCertManager = podsOfServiceAccount(kubernetes, namespace, name).some(pod => pod.isCertManager);
  const { pods, issuerRoles } = kubernetes;
  return [...readFailuresOf(pods), ...(isCertManager && issuerRoles ? readFailuresOf(issuerRoles) : [])];
};

/** All second roles that a cluster names. */
export const secondRolesIn = (kubernetes: KubernetesFacts): readonly SecondRole[] => [
  ...valueOr(kubernetes.pods, []).flatMap(ofArguments),
  ...ofIssuers(kubernetes),
];

const ofArguments = ({ owner, name, containers }: Pod): readonly SecondRole[] =>
  containers.flatMap(({ assumesRole }) =>
    assumesRole === undefined
      ? []
      : [{ roleArn: assumesRole, namedBy: `--aws-assume-role of ${owner?.kind ?? 'Pod'} ${owner?.name ?? name}` }],
  );

const ofIssuers = ({ issuerRoles }: KubernetesFacts): readonly SecondRole[] =>
  issuerRoles === undefined
    ? []
    : valueOr(issuerRoles, []).map(({ issuer, roleArn }) => ({ roleArn, namedBy: `ClusterIssuer ${issuer}` }));
