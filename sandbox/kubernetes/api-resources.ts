/** The resources that the sandbox's Kubernetes API keeps, and the paths that name them. */

import { given, valueAt } from '../../lib/text.ts';
import type { KubernetesWorld } from '../world/kubernetes-world.ts';

/** A resource of the API. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  /** Plural, as paths name it. */
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
}

/** Kinds that lie in no namespace. */
const wholeCluster: ReadonlySet<string> = new Set([
  ...['Namespace', 'MutatingWebhookConfiguration', 'ClusterRole', 'ClusterRoleBinding', 'ClusterIssuer'],
  ...['ClusterSecretStore', 'ClusterProviderConfig', 'ClusterTriggerAuthentication'],
]);

const resource = (group: string, plural: string, kind: string, ...shortNames: readonly string[]): ApiResource => ({
  group,
  version: 'v1',
  plural,
  kind,
  isNamespaced: !wholeCluster.has(kind),
  shortNames,
});

/** All of them, by group. */
export const apiResources: readonly ApiResource[] = [
  resource('', 'namespaces', 'Namespace', 'ns'),
  resource('', 'serviceaccounts', 'ServiceAccount', 'sa'),
  resource('', 'pods', 'Pod', 'po'),
  resource('', 'services', 'Service', 'svc'),
  resource('', 'configmaps', 'ConfigMap', 'cm'),
  resource('apps', 'deployments', 'Deployment', 'deploy'),
  resource('apps', 'statefulsets', 'StatefulSet', 'sts'),
  resource('apps', 'daemonsets', 'DaemonSet', 'ds'),
  resource('apps', 'replicasets', 'ReplicaSet', 'rs'),
  resource('batch', 'jobs', 'Job'),
  resource('batch', 'cronjobs', 'CronJob', 'cj'),
  resource('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration'),
  resource('discovery.k8s.io', 'endpointslices', 'EndpointSlice'),
  resource('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', 'netpol'),
  resource('cert-manager.io', 'clusterissuers', 'ClusterIssuer'),
  resource('cert-manager.io', 'issuers', 'Issuer'),
  resource('external-secrets.io', 'clustersecretstores', 'ClusterSecretStore'),
  resource('external-secrets.io', 'secretstores', 'SecretStore'),
  { ...resource('aws.upbound.io', 'providerconfigs', 'ProviderConfig'), version: 'v1beta1', isNamespaced: false },
  { ...resource('aws.m.upbound.io', 'clusterproviderconfigs', 'ClusterProviderConfig'), version: 'v1beta1' },
  { ...resource('aws.m.upbound.io', 'providerconfigs', 'ProviderConfig'), version: 'v1beta1' },
  { ...resource('keda.sh', 'clustertriggerauthentications', 'ClusterTriggerAuthentication'), version: 'v1alpha1' },
  { ...resource('keda.sh', 'triggerauthentications', 'TriggerAuthentication'), version: 'v1alpha1' },
  { ...resource('vpcresources.k8s.aws', 'securitygrouppolicies', 'SecurityGroupPolicy'), version: 'v1beta1' },
  resource('rbac.authorization.k8s.io', 'roles', 'Role'),
  resource('rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding'),
  resource('rbac.authorization.k8s.io', 'clusterroles', 'ClusterRole'),
  resource('rbac.authorization.k8s.io', 'clusterrolebindings', 'ClusterRoleBinding'),
];

/** `group/version`, as documents write it. */
export const apiVersionOf = ({ group, version }: ApiResource): string =>
  group === '' ? version : `${group}/${version}`;

/** The documents of a resource in a world. Kinds that the auditor does not read lie together. */
export const documentsOf = (world: KubernetesWorld, { kind, plural }: ApiResource): unknown[] => {
  if (plural === 'namespaces') return world.namespaces;
  if (plural === 'serviceaccounts') return world.serviceAccounts;
  if (plural === 'pods') return world.pods;
  if (plural === 'mutatingwebhookconfigurations') return world.webhooks;
  world.others ??= [];
  return world.others.filter(one => valueAt(one, 'kind') === kind);
};

/** Where new documents of a resource go. */
export const shelfOf = (world: KubernetesWorld, kind: ApiResource): unknown[] => {
  const documents = documentsOf(world, kind);
  const own = [world.namespaces, world.serviceAccounts, world.pods, world.webhooks];
  if (own.includes(documents)) return documents;
  world.others ??= [];
  return world.others;
};

/** The resource that a path names. */
export interface ApiPath {
  readonly resource: ApiResource;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const pathPattern =
  /^\/(?:api|apis\/([a-z0-9.-]+))\/(v1(?:(?:alpha|beta)1)?)(?:\/namespaces\/([^/]+)(?=\/[^/]))?\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?$/;

/** Reads a path; undefined where it names no resource of the API. */
export const apiPath = (path: string): ApiPath | undefined => {
  const [, group = '', version, namespace, plural, name, subresource] = pathPattern.exec(path) ?? [];
  const found = apiResources.find(one => one.group === group && one.version === version && one.plural === plural);
  if (found === undefined || (namespace !== undefined && !found.isNamespaced)) return undefined;
  return {
    resource: found,
    ...(namespace === undefined ? {} : { namespace: decodeURIComponent(namespace) }),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
    ...given({ subresource }),
  };
};
