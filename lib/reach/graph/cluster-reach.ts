/** The part of the reach graph inside of one cluster. */
import {
  type ClusterSnapshot,
  type Collected,
  complete,
  type KubernetesFacts,
  type Pod,
  podSecurityLabel,
  type RbacObjects,
  readFailuresOf,
  valueOr,
} from '../../model.ts';
import { given } from '../../text.ts';
import { awsAuthWays, waysByRbac, waysInCluster } from '../become/cluster-ways.ts';
import { waysInNamespace } from '../become/namespace-ways.ts';
import type { FoundEdge, PlacedIdentity, ReachCluster } from '../become/place.ts';
import { accountNode, clusterNode, grantedNode, groupNode, placeNode, podsNode, rightsNode } from '../node/ids.ts';
import type { ReachEdge, ReachNode } from '../node/reach-graph.ts';
import { isInScope, type RbacGrant, rbacOf } from '../rbac/grants.ts';
import { mastersGroup } from '../rbac/identity.ts';
import {
  clusterPrincipalsOf,
  type Identities,
  identitiesOf,
  type RbacIdentity,
  rightsOfAccount,
} from './identities.ts';
import { joinedOf, joinedWays, type Ways } from './joined.ts';

/** A role that a service account may assume, as the account of the role tells it. */
export interface Assumable {
  readonly roleArn: string;
  /** The audience of the token; absent for EKS Pod Identity. */
  readonly audience?: string;
  readonly depends?: string;
}

/** The nodes and ways of one cluster. */
interface ClusterReach {
  readonly nodes: readonly ReachNode[];
  readonly edges: readonly ReachEdge[];
  readonly missing: readonly { readonly why: string; readonly isAsked: boolean }[];
}

const noObjects: RbacObjects = {
  roles: complete([]),
  clusterRoles: complete([]),
  roleBindings: complete([]),
  clusterRoleBindings: complete([]),
};

/** `assumable` are the roles by `namespace/name` of service accounts, of those too that do not exist. */
export const clusterReach = (
  snapshot: ClusterSnapshot,
  assumable: ReadonlyMap<string, readonly Assumable[]>,
): ClusterReach => {
  if (snapshot.kubernetes.status === 'unavailable')
    return { nodes: [], edges: [], missing: [missingOf('Kubernetes objects', snapshot.kubernetes)].flat() };
  const kubernetes = snapshot.kubernetes.value;
  const { cluster, whole } = readOf(snapshot, kubernetes, assumable);
  const nodes: ReachNode[] = [];
  const edges: ReachEdge[] = [...whole.edges];
  const joined = new Map(joinedOf(whole.identities, whole.edges).map(one => [one.identity.node.id, one]));
  const own = new Map<RbacIdentity, Ways>();
  const ownWays = (one: RbacIdentity): Ways => {
    const ways = own.get(one) ?? waysOf(cluster, one);
    own.set(one, ways);
    return ways;
  };
  const queue: RbacIdentity[] = [...whole.identities];
  const seen = new Set(queue.map(({ node }) => node.id));
  for (const identity of queue) {
    nodes.push(identity.node);
    const ways = [ownWays(identity), ...joinedWays(joined.get(identity.node.id), one => waysOf(cluster, one), ownWays)];
    const found = ways.flatMap(one => one.found);
    for (const { to, ...edge } of found) edges.push({ from: identity.node.id, to: to.id, ...edge });
    for (const { to } of found) nodes.push(to);
    for (const one of ways.flatMap(({ granted }) => granted))
      if (!seen.has(one.node.id)) queue.push(one) && seen.add(one.node.id);
  }
  const frame = frameOf(cluster, assumable);
  return {
    nodes: [...nodes, ...frame.nodes],
    edges: [...edges, ...frame.edges],
    missing: missingIn(snapshot, kubernetes, whole),
  };
};

/** The parts of a cluster that ways are made of. */
const readOf = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  assumable: ReadonlyMap<string, readonly Assumable[]>,
) => {
  const { arn } = snapshot.cluster;
  const rbac = rbacOf(kubernetes.rbac === undefined ? noObjects : valueOr(kubernetes.rbac, noObjects));
  const accounts = Map.groupBy(valueOr(kubernetes.serviceAccounts, []), ({ namespace }) => namespace);
  const named = new Map([...accounts].map(([namespace, list]) => [namespace, list.map(({ name }) => name)]));
  const absent = new Map<string, string[]>();
  for (const key of assumable.keys()) {
    const [namespace = '', name = ''] = key.split('/');
    if (named.get(namespace)?.includes(name) !== true) absent.set(namespace, [...(absent.get(namespace) ?? []), name]);
  }
  const principals = clusterPrincipalsOf(
    valueOr(snapshot.accessEntries ?? complete([]), []),
    valueOr(kubernetes.awsAuth ?? complete([]), []),
  );
  const whole = identitiesOf(arn, rbac, named, principals);
  const names = (kind: ReachNode['kind']) =>
    whole.identities.filter(({ node }) => node.kind === kind).map(({ node }) => node.name);
  const spaces = [
    ...valueOr(kubernetes.namespaces, []).map(({ name }) => name),
    ...named.keys(),
    ...rbac.bindings.flatMap(({ binding }) => (binding.namespace === undefined ? [] : [binding.namespace])),
  ];
  const cluster: ReachCluster = {
    arn,
    kubernetes,
    rbac,
    pods: valueOr(kubernetes.pods, []),
    namespaces: [...new Set(spaces)],
    accounts: named,
    absent,
    users: names('user'),
    groups: names('group'),
  };
  return { cluster, whole };
};

/** Every way of one identity, and the roles that it can bind to itself as identities of their own. */
const waysOf = (cluster: ReachCluster, { node, grants }: RbacIdentity): Ways => {
  const masters = node.id === groupNode(cluster.arn, mastersGroup).id;
  const found: FoundEdge[] = masters
    ? [{ way: 'administrator', by: `group ${mastersGroup}`, to: clusterNode(cluster.arn) }]
    : [];
  const granted: RbacIdentity[] = [];
  for (const place of placesOf(cluster, node, grants)) {
    found.push(
      ...waysInNamespace(place),
      ...awsAuthWays(place),
      ...(place.rights.namespace === '' ? waysInCluster(place) : []),
    );
    const { found: more, bindable } = waysByRbac(place);
    found.push(...more);
    for (const { role, namespace } of bindable)
      granted.push({
        node: grantedNode(cluster.arn, role, namespace),
        grants: (cluster.rbac.roles.get(role)?.rules ?? []).map(rule => ({
          rule,
          namespace,
          by: `ClusterRole ${role.slice(role.indexOf('/') + 1)}`,
          role,
        })),
      });
  }
  return { found, granted };
};

/** The whole cluster, by grants of it alone; and each namespace with a grant of its own, by these and those of the cluster. */
const placesOf = (cluster: ReachCluster, from: ReachNode, grants: readonly RbacGrant[]): readonly PlacedIdentity[] => {
  const wide = grants.filter(({ namespace }) => namespace === '');
  const scopes = [...new Set(grants.map(({ namespace }) => namespace))].filter(scope => scope !== '');
  const own = cluster.namespaces.filter(namespace => scopes.some(scope => isInScope(scope, namespace)));
  return [
    ...(wide.length === 0 ? [] : [{ cluster, from, grants, rights: { grants: wide, namespace: '' } }]),
    ...own.map(namespace => ({
      ...{ cluster, from, grants },
      rights: { grants: grants.filter(one => one.namespace === '' || isInScope(one.namespace, namespace)), namespace },
    })),
  ];
};

/** The nodes of every cluster: places and what is in them, service accounts and their rights, pods and theirs. */
const frameOf = (
  cluster: ReachCluster,
  assumable: ReadonlyMap<string, readonly Assumable[]>,
): Pick<ClusterReach, 'nodes' | 'edges'> => {
  const { arn } = cluster;
  const nodes: ReachNode[] = [];
  const edges: ReachEdge[] = [];
  const add = (from: ReachNode, to: ReachNode, more: Omit<ReachEdge, 'from' | 'to'>): void => {
    nodes.push(from, to);
    edges.push({ from: from.id, to: to.id, ...more });
  };
  const inside = { way: 'includes', by: 'cluster' } as const;
  for (const kind of ['accounts', 'running', 'identities'] as const) {
    add(clusterNode(arn), placeNode(arn, kind, ''), inside);
    for (const namespace of cluster.namespaces)
      add(placeNode(arn, kind, ''), placeNode(arn, kind, namespace), { way: 'includes', by: `namespace ${namespace}` });
  }
  for (const namespace of cluster.namespaces) {
    const depends = nodeTaken(cluster.kubernetes, namespace);
    if (depends !== undefined)
      add(placeNode(arn, 'accounts', namespace), placeNode(arn, 'running', ''), {
        way: 'node',
        by: `pods of namespace ${namespace}`,
        depends,
      });
  }
  const all = new Set([
    ...assumable.keys(),
    ...[...cluster.accounts].flatMap(([namespace, names]) => names.map(name => `${namespace}/${name}`)),
  ]);
  for (const key of all) {
    const [namespace = '', name = ''] = key.split('/');
    const account = accountNode(arn, namespace, name);
    const by = { way: 'includes', by: `ServiceAccount ${key}` } as const;
    if (cluster.accounts.get(namespace)?.includes(name)) {
      add(placeNode(arn, 'accounts', namespace), account, by);
      add(placeNode(arn, 'identities', namespace), rightsNode(arn, namespace, name), by);
    }
    nodes.push(account, rightsNode(arn, namespace, name));
    edges.push(rightsOfAccount(arn, namespace, name));
  }
  for (const pod of cluster.pods)
    add(placeNode(arn, 'running', pod.namespace), podsNode(arn, pod), {
      way: 'includes',
      by: `pod ${pod.namespace}/${pod.name}`,
    });
  return { nodes, edges: [...edges, ...cluster.pods.flatMap(pod => waysOfPod(pod, cluster, assumable))] };
};

/** Why pods of a namespace may take a node over; undefined where admission certainly refuses such pods. */
const nodeTaken = ({ namespaces }: KubernetesFacts, namespace: string): string | undefined => {
  const level = valueOr(namespaces, []).find(({ name }) => name === namespace)?.labels[podSecurityLabel];
  return level === 'baseline' || level === 'restricted'
    ? undefined
    : 'no admission policy forbids privileged pods and hostPath there, and the pods run on that node';
};

/** Somebody in a running pod has the tokens of its volumes, for their audiences alone. */
const waysOfPod = (
  pod: Pod,
  { arn }: ReachCluster,
  assumable: ReadonlyMap<string, readonly Assumable[]>,
): readonly ReachEdge[] => {
  const from = podsNode(arn, pod).id;
  const { namespace, serviceAccount, apiToken } = pod;
  const name = `pod ${namespace}/${pod.name}`;
  const roles = assumable.get(`${namespace}/${serviceAccount}`) ?? [];
  const byAgent = pod.containers.some(({ awsVariables }) =>
    awsVariables.includes('AWS_CONTAINER_CREDENTIALS_FULL_URI'),
  );
  const token: ReachEdge = {
    from,
    to: rightsNode(arn, namespace, serviceAccount).id,
    way: 'token',
    by: `${name}, its token for the API server`,
    ...(apiToken === 'mounted' ? {} : { depends: 'a token for the API server has to be mounted' }),
  };
  const assumed = roles.flatMap(({ roleArn, audience, depends }): readonly ReachEdge[] => {
    const more = given({ depends });
    if (audience === undefined)
      return byAgent ? [{ from, to: roleArn, way: 'pod-identity', by: `${name}, its association`, ...more }] : [];
    const volume = pod.volumes.find(one => one.audience === audience);
    const by = `${name}, volume ${volume?.name} with a token for ${audience}`;
    return volume === undefined ? [] : [{ from, to: roleArn, way: 'assume', by, ...more }];
  });
  return apiToken === 'off' ? assumed : [token, ...assumed];
};

const missingOf = (what: string, section: Collected<unknown> | undefined) =>
  section === undefined
    ? [{ why: `${what}: not asked for`, isAsked: false }]
    : readFailuresOf(section).map(({ kind, operation, message }) => ({
        why: `${what}: ${operation}: ${message}`,
        isAsked: kind !== 'not-asked-for',
      }));

/** The lists of roles and bindings: each may be refused by itself. */
const listsOf = ({ rbac }: KubernetesFacts): readonly Collected<unknown>[] =>
  rbac === undefined || rbac.status === 'unavailable' ? [] : Object.values(rbac.value);

/** Everything that an absent way may come from. */
const missingIn = (snapshot: ClusterSnapshot, kubernetes: KubernetesFacts, { unknownPolicies }: Identities) => [
  ...missingOf('roles and bindings', kubernetes.rbac),
  ...listsOf(kubernetes).flatMap(list => missingOf('roles and bindings', list)),
  ...missingOf('service accounts', kubernetes.serviceAccounts),
  ...missingOf('pods', kubernetes.pods),
  ...missingOf('namespaces', kubernetes.namespaces),
  ...(kubernetes.rbac === undefined ? [] : missingOf('access entries', snapshot.accessEntries)),
  ...(kubernetes.awsAuth === undefined ? [] : missingOf('aws-auth', kubernetes.awsAuth)),
  ...missingOf('Pod Identity associations', snapshot.podIdentity),
  ...unknownPolicies.map(({ principalArn, policy }) => ({
    why: `access policy ${policy} of ${principalArn}: its rules are not documented`,
    isAsked: true,
  })),
];
