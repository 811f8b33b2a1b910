/**
 * The access policies of EKS as rules of RBAC (EKS User Guide, "Review access policy permissions", read in November 2026). A
 * policy that is not here is unknown: AWS documents those of its own services in words alone, and adds others.
 */
import type { AccessPolicy, RbacRule } from '../../model.ts';
import { ruleAllows } from './decide.ts';
import type { RbacGrant } from './grants.ts';

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): RbacRule => ({
  verbs,
  apiGroups: [apiGroup],
  resources,
  resourceNames: [],
  nonResourceURLs: [],
});

const reads = ['get', 'list', 'watch'];
const writes = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const scaled = (kinds: readonly string[]): readonly string[] => kinds.flatMap(kind => [kind, `${kind}/scale`]);
const workloads = ['daemonsets', 'deployments/rollback', ...scaled(['deployments', 'replicasets', 'statefulsets'])];
const oldWorkloads = [
  ...['daemonsets', 'deployments/rollback', 'ingresses', 'networkpolicies', 'replicationcontrollers/scale'],
  ...scaled(['deployments', 'replicasets']),
];
const withStatus = (kinds: readonly string[]): readonly string[] => kinds.flatMap(kind => [kind, `${kind}/status`]);
const connections = ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'];

const viewRules: readonly RbacRule[] = [
  rule(
    'apps',
    [
      ...['controllerrevisions', 'deployments/scale', 'replicasets/scale', 'statefulsets/scale'],
      ...withStatus(['daemonsets', 'deployments', 'replicasets', 'statefulsets']),
    ],
    reads,
  ),
  rule('autoscaling', withStatus(['horizontalpodautoscalers']), reads),
  rule('batch', withStatus(['cronjobs', 'jobs']), reads),
  rule('discovery.k8s.io', ['endpointslices'], reads),
  rule(
    'extensions',
    [
      ...['deployments/scale', 'networkpolicies', 'replicasets/scale', 'replicationcontrollers/scale'],
      ...withStatus(['daemonsets', 'deployments', 'ingresses', 'replicasets']),
    ],
    reads,
  ),
  rule('networking.k8s.io', ['ingresses', 'ingresses/status', 'networkpolicies'], reads),
  rule('policy', withStatus(['poddisruptionbudgets']), reads),
  rule(
    '',
    [
      ...['configmaps', 'endpoints', 'persistentvolumeclaims', 'persistentvolumeclaims/status', 'pods'],
      ...['replicationcontrollers', 'replicationcontrollers/scale', 'serviceaccounts', 'services', 'services/status'],
      ...['bindings', 'events', 'limitranges', 'namespaces', 'namespaces/status', 'pods/log', 'pods/status'],
      ...['replicationcontrollers/status', 'resourcequotas', 'resourcequotas/status'],
    ],
    reads,
  ),
];

const editRules: readonly RbacRule[] = [
  ...viewRules,
  rule('apps', workloads, writes),
  rule('autoscaling', ['horizontalpodautoscalers'], writes),
  rule('batch', ['cronjobs', 'jobs'], writes),
  rule('extensions', oldWorkloads, writes),
  rule('networking.k8s.io', ['ingresses', 'networkpolicies'], writes),
  rule('policy', ['poddisruptionbudgets'], writes),
  rule('', [...connections, 'secrets', 'services/proxy'], reads),
  rule('', ['serviceaccounts'], ['impersonate']),
  rule('', ['pods', ...connections], writes),
  rule(
    '',
    [
      ...['configmaps', 'events', 'persistentvolumeclaims', 'replicationcontrollers', 'replicationcontrollers/scale'],
      ...['secrets', 'serviceaccounts', 'services', 'services/proxy'],
    ],
    writes,
  ),
];

const everything: readonly RbacRule[] = [
  rule('*', ['*'], ['*']),
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

const onPods = { apiGroup: '', resource: 'pods', namespace: 'any', name: '' };
const podRights = [
  { ...onPods, verb: 'create', subresource: '' },
  { ...onPods, verb: 'get', subresource: 'exec' },
];

const rulesByName: ReadonlyMap<string, readonly RbacRule[]> = new Map([
  ['AmazonEKSClusterAdminPolicy', everything],
  [
    'AmazonEKSAdminPolicy',
    [
      ...editRules,
      rule('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']),
      rule('rbac.authorization.k8s.io', ['rolebindings', 'roles'], [...reads, ...writes]),
    ],
  ],
  ['AmazonEKSEditPolicy', editRules],
  ['AmazonEKSViewPolicy', viewRules],
  ['AmazonEKSAdminViewPolicy', [rule('*', ['*'], reads)]],
  ['AmazonEKSSecretReaderPolicy', [rule('', ['secrets'], reads)]],
  ['AmazonEKSHybridPolicy', [rule('*', ['nodes'], ['list'])]],
]);

/** Names of the policies that give the pods of a cluster or namespace, or commands in them. */
export const podPolicies: readonly string[] = [...rulesByName].flatMap(([name, rules]) =>
  rules.some(one => podRights.some(question => ruleAllows(one, question))) ? [name] : [],
);

/** The name of a policy: the last part of its ARN. */
const accessPolicyName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** The grants of one access policy of an IAM principal; undefined for a policy whose rules are not known. */
export const grantsOfPolicy = ({ arn, namespaces }: AccessPolicy): readonly RbacGrant[] | undefined => {
  const isOfEks = /^arn:aws[a-z-]*:eks::aws:cluster-access-policy\//.test(arn);
  const name = accessPolicyName(arn);
  const rules = isOfEks ? rulesByName.get(name) : undefined;
  return rules?.flatMap(one =>
    (namespaces ?? ['']).map(namespace => ({
      rule: one,
      namespace,
      by: `access policy ${name}${namespace === '' ? '' : ` in namespace ${namespace}`}`,
    })),
  );
};
