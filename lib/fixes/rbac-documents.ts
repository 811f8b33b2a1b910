/** The rights of the auditor inside a cluster: the same as docs/irsa-auditor-rbac.yaml, which a test compares. */

import { webhookName } from '../model/kubernetes.ts';

/** The group that an access entry gives, and the name of the role and its binding. */
export const auditorGroup = 'irsa-auditor';

const rbac = 'rbac.authorization.k8s.io';

/** A ClusterRole: lists and gets of three kinds, one named webhook configuration, the service that it may name with its
 *  endpoints and its ConfigMap, ClusterIssuers, two public paths. No secret, no token. */
export const clusterRole = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: auditorGroup },
  rules: [
    { apiGroups: [''], resources: ['serviceaccounts', 'pods', 'namespaces'], verbs: ['get', 'list'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations'],
      resourceNames: [webhookName],
      verbs: ['get'],
    },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
    { apiGroups: [''], resources: ['services'], verbs: ['get'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [webhookName], verbs: ['get'] },
    { apiGroups: ['cert-manager.io'], resources: ['clusterissuers'], verbs: ['list'] },
    { nonResourceURLs: ['/version', '/.well-known/openid-configuration'], verbs: ['get'] },
  ],
} as const;

/** The ClusterRole for `scan --network` too: lists of the policies that close pods' ways out. */
export const clusterRoleWithNetwork = {
  ...clusterRole,
  rules: [
    ...clusterRole.rules,
    { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['list'] },
    { apiGroups: ['vpcresources.k8s.aws'], resources: ['securitygrouppolicies'], verbs: ['list'] },
  ],
} as const;

/** Gives the ClusterRole to the group. */
export const clusterRoleBinding = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: auditorGroup },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: auditorGroup },
  subjects: [{ apiGroup: rbac, kind: 'Group', name: auditorGroup }],
} as const;
