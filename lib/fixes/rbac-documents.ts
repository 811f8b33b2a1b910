/** The rights of the auditor inside a cluster: the same as docs/irsa-auditor-rbac.yaml, which a test compares. */

import { agentAddon } from '../facts.ts';
import { webhookName } from '../model.ts';

/** The group that an access entry gives, and the name of the role and its binding. */
export const auditorGroup = 'irsa-auditor';

const rbac = 'rbac.authorization.k8s.io';

/** A ClusterRole: lists of three kinds, one named webhook configuration, the service that it may name with its
 *  endpoints and its ConfigMap, one named DaemonSet, objects of controllers that name roles, two public paths. No secret, no token. */
export const clusterRole = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: auditorGroup },
  rules: [
    { apiGroups: [''], resources: ['serviceaccounts', 'pods', 'namespaces'], verbs: ['list'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations'],
      resourceNames: [webhookName],
      verbs: ['get'],
    },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
    { apiGroups: [''], resources: ['services'], verbs: ['get'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [webhookName], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['daemonsets'], resourceNames: [agentAddon], verbs: ['get'] },
    { apiGroups: ['cert-manager.io'], resources: ['clusterissuers', 'issuers'], verbs: ['list'] },
    { apiGroups: ['external-secrets.io'], resources: ['clustersecretstores', 'secretstores'], verbs: ['list'] },
    { apiGroups: ['aws.upbound.io'], resources: ['providerconfigs'], verbs: ['list'] },
    { apiGroups: ['aws.m.upbound.io'], resources: ['clusterproviderconfigs', 'providerconfigs'], verbs: ['list'] },
    { apiGroups: ['keda.sh'], resources: ['clustertriggerauthentications', 'triggerauthentications'], verbs: ['list'] },
    { nonResourceURLs: ['/version', '/.well-known/openid-configuration'], verbs: ['get'] },
  ],
} as const;

/** A rule of the ClusterRole as a manifest has it. */
interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules that `scan --network` needs too: lists of the policies that close pods' ways out. */
const networkRules: readonly Rule[] = [
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['list'] },
  { apiGroups: ['vpcresources.k8s.aws'], resources: ['securitygrouppolicies'], verbs: ['list'] },
];

/** The rules that `scan --rbac` needs too: lists of roles and bindings, one named ConfigMap. */
const rbacRules: readonly Rule[] = [
  { apiGroups: [rbac], resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'], verbs: ['list'] },
  { apiGroups: [''], resources: ['configmaps'], resourceNames: ['aws-auth'], verbs: ['get'] },
];

/** The rules that `impact` needs too: lists of whatever makes pods. */
const workloadRules: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['list'] },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['list'] },
];

/** The ClusterRole with the rules of the optional readings. */
export interface AuditorRole extends Omit<typeof clusterRole, 'rules'> {
  readonly rules: readonly Rule[];
}

/** The ClusterRole for the readings that are asked for. */
export const clusterRoleFor = (asked: {
  readonly network?: boolean | undefined;
  readonly rbac?: boolean | undefined;
  readonly workloads?: boolean | undefined;
}): AuditorRole => ({
  ...clusterRole,
  rules: [
    ...clusterRole.rules,
    ...(asked.network ? networkRules : []),
    ...(asked.rbac ? rbacRules : []),
    ...(asked.workloads ? workloadRules : []),
  ],
});

/** Gives the ClusterRole to the group. */
export const clusterRoleBinding = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: auditorGroup },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: auditorGroup },
  subjects: [{ apiGroup: rbac, kind: 'Group', name: auditorGroup }],
} as const;
