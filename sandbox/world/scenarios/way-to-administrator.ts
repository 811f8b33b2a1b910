/**
 * A way from a group of people to an administrator of the AWS account, by rights that look harmless: developers may run
 * commands in pods of one namespace, to debug; the pods there release software, with a role that is an administrator. The
 * run after the binding is deleted has no way. Names are made up.
 */
import { aWorldRole, exactly, trust } from '../build.ts';
import { aNamespaceDocument, anAccountDocument, aWebhookDocument, podDocuments } from '../kubernetes-documents.ts';
import type { KubernetesWorld } from '../kubernetes-world.ts';
import { workloadDocuments } from '../workload-documents.ts';
import type { WorldAccessEntry, WorldRole } from '../world.ts';
import type { IssuerScope } from './in-cluster.ts';

const rbac = 'rbac.authorization.k8s.io';
const namespace = 'release';
const group = 'developers';

/** The binding that opens the way: without it nobody but administrators of the cluster can become the role. */
export const bindingOfDevelopers = { namespace, name: group } as const;

const roleArn = (accountId: string): string => `arn:aws:iam::${accountId}:role/factory-release`;
const developerArn = (accountId: string): string => `arn:aws:iam::${accountId}:role/developer`;

/** The group of developers, as EKS gives it to their role. */
export const accessEntryOfDevelopers = (accountId: string): WorldAccessEntry => ({
  principalArn: developerArn(accountId),
  username: `${developerArn(accountId)}/{{SessionName}}`,
  type: 'STANDARD',
  kubernetesGroups: [group],
  policies: [],
});

/** The roles at both ends of the way. `withPermissions` makes `factory-release` an administrator. */
export const rolesOfWay = ({ accountId, issuer }: IssuerScope): WorldRole[] => [
  aWorldRole('factory-release', trust(accountId, issuer, exactly(namespace, 'deployer'))),
  aWorldRole('developer', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'sts:AssumeRole',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ],
  }),
];

/** A cluster that is healthy but for the rights of developers. Presupposes `rolesOfWay` and the access entry. */
export const insideWithWay = ({ accountId, issuer }: IssuerScope): KubernetesWorld => {
  const role = roleArn(accountId);
  const pods = podDocuments({
    ...{ namespace, account: 'deployer', owner: ['Deployment', 'deployer'] },
    injected: role,
  });
  return {
    version: 'v1.34.9',
    issuer,
    namespaces: ['default', 'kube-system', namespace].map(name => aNamespaceDocument(name)),
    serviceAccounts: [anAccountDocument(namespace, 'deployer', { role })],
    pods,
    webhooks: [aWebhookDocument()],
    others: [...workloadDocuments(pods), ...rightsOfDevelopers()],
  };
};

const rightsOfDevelopers = (): readonly unknown[] => [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'debug-pods' },
    rules: [
      { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: bindingOfDevelopers,
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'debug-pods' },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: group }],
  },
];
