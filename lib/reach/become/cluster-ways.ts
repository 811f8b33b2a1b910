/** Ways by rights on objects of the cluster: nodes, webhooks, users, groups; and ways to more rights by RBAC itself. */
import { clusterNode, grantedNode, groupNode, placeNode, userNode } from '../node/ids.ts';
import { type FoundEdge, type PlacedIdentity, wayBy } from './place.ts';
import { may, mayAny, mayCreate, mayDoEverything, namesFor, type Rights } from './scope.ts';

const group = 'rbac.authorization.k8s.io';
const changes = ['update', 'patch'] as const;

/** Every way of the cluster's own objects. The place is the whole cluster. */
export const waysInCluster = (place: PlacedIdentity): readonly FoundEdge[] => [
  ...wayBy(place, 'administrator', mayDoEverything(place.grants), clusterNode(place.cluster.arn)),
  ...nodeWays(place),
  ...webhookWays(place),
  ...impersonations(place),
];

const nodeWays = (place: PlacedIdentity): readonly FoundEdge[] => {
  const to = placeNode(place.cluster.arn, 'running', '');
  const wanted = { resource: 'nodes', subresource: 'proxy' };
  const all = mayAny(place.rights, ['get', 'create'], wanted);
  if (all !== undefined) return wayBy(place, 'node-proxy', all, to);
  const [named] = ['get', 'create'].flatMap(verb => [...namesFor(place.rights, { verb, ...wanted })]);
  return named === undefined
    ? []
    : wayBy(place, 'node-proxy', named[1], to, `the pods have to run on node ${named[0]}`);
};

const webhookWays = (place: PlacedIdentity): readonly FoundEdge[] => {
  const to = placeNode(place.cluster.arn, 'accounts', '');
  const wanted = { apiGroup: 'admissionregistration.k8s.io', resource: 'mutatingwebhookconfigurations' };
  const mayWrite = (resource: string): string | undefined =>
    mayCreate(place.rights, { ...wanted, resource }) ?? mayAny(place.rights, changes, { ...wanted, resource });
  const all = mayWrite(wanted.resource);
  if (all !== undefined) return wayBy(place, 'webhook', all, to);
  // Policies do what a webhook does: beta in Kubernetes 1.34 (KEP-3962).
  const byPolicy = mayWrite('mutatingadmissionpolicies');
  if (byPolicy !== undefined)
    return wayBy(
      place,
      'webhook',
      byPolicy,
      to,
      'the API server has to serve MutatingAdmissionPolicy, with a binding of it',
    );
  // A configuration of another name may not look at pods; whoever changes it can change that.
  const [named] = changes.flatMap(verb => [...namesFor(place.rights, { verb, ...wanted })]);
  return named === undefined
    ? []
    : wayBy(place, 'webhook', named[1], to, `the webhook configuration ${named[0]} has to exist`);
};

/** EKS gives an IAM principal the groups that the ConfigMap names for it (EKS User Guide, "Grant IAM users access to Kubernetes with a
 *  ConfigMap"); a cluster of authentication mode API does not look at it. */
export const awsAuthWays = (place: PlacedIdentity): readonly FoundEdge[] => {
  const { cluster, rights } = place;
  if (cluster.kubernetes.awsAuth === undefined || !['', 'kube-system'].includes(rights.namespace)) return [];
  const wanted = { resource: 'configmaps', name: 'aws-auth' };
  const replaces = may(rights, { verb: 'delete', ...wanted }) && mayCreate(rights, { resource: 'configmaps' });
  const by = mayAny(rights, changes, wanted) ?? replaces;
  return wayBy(place, 'aws-auth', by, clusterNode(cluster.arn), 'it has credentials of some IAM principal');
};

const impersonations = (place: PlacedIdentity): readonly FoundEdge[] => {
  const { cluster, rights } = place;
  const named = (resource: string, names: readonly string[]) =>
    names.flatMap(name => {
      const by = may(rights, { verb: 'impersonate', resource, name });
      return by === undefined ? [] : [{ name, by }];
    });
  const asSomebody =
    may(rights, { verb: 'impersonate', resource: 'users' }) !== undefined ||
    may(rights, { verb: 'impersonate', resource: 'serviceaccounts' }) !== undefined ||
    namesFor(rights, { verb: 'impersonate', resource: 'users' }).size > 0;
  const groups = asSomebody ? named('groups', cluster.groups) : [];
  return [
    ...named('users', cluster.users).flatMap(({ name, by }) =>
      wayBy(place, 'impersonate', by, userNode(cluster.arn, name)),
    ),
    ...groups.flatMap(({ name, by }) => wayBy(place, 'impersonate', by, groupNode(cluster.arn, name))),
  ];
};

/** A role that somebody can bind to themselves, and where. */
interface Bindable {
  readonly role: string;
  readonly namespace: string;
}

/** Ways by `bind` and `escalate`, and the roles that the former gives. */
export const waysByRbac = (
  place: PlacedIdentity,
): { readonly found: readonly FoundEdge[]; readonly bindable: readonly Bindable[] } => {
  const mayBind = place.rights.grants.some(({ rule: { verbs } }) => verbs.includes('bind') || verbs.includes('*'));
  const bound = mayBind ? [...bindWays(place), ...bindWaysEverywhere(place)] : [];
  return {
    found: [...escalateWays(place), ...bound.flatMap(({ found }) => found)],
    bindable: bound.flatMap(one => one.bindable ?? []),
  };
};

interface Bound {
  readonly found: readonly FoundEdge[];
  readonly bindable?: Bindable;
}

/** Whoever makes bindings and may `bind` has the rights of what is bound. Whoever only changes bindings adds themselves to
 *  those that are there: the role of a binding cannot be changed. */
const bindWays = (place: PlacedIdentity): readonly Bound[] => {
  const { cluster, rights } = place;
  const { namespace } = rights;
  const everything = namespace === '' ? clusterNode(cluster.arn) : placeNode(cluster.arn, 'accounts', namespace);
  if (mayMake(rights) === undefined) return bindWaysByChange(place);
  const all = may(rights, bindOf('ClusterRole')) ?? mayBindNewRoles(rights);
  if (all !== undefined) return [{ found: wayBy(place, 'bind', all, everything) }];
  const own = namespace === '' ? [] : [...cluster.rbac.roles.values()].filter(role => role.namespace === namespace);
  const roles = own.flatMap(({ name }) => {
    const by = may(rights, { ...bindOf('Role'), name });
    return by === undefined ? [] : [{ key: `${namespace}/${name}`, by }];
  });
  const named = [...namesFor(rights, bindOf('ClusterRole'))].map(([name, by]) => ({ key: `/${name}`, by }));
  return [...named, ...roles]
    .filter(({ key }) => cluster.rbac.roles.has(key))
    .map(({ key, by }) => boundBy(place, by, key));
};

/** The bindings of the place that somebody may change, with a role that they may `bind`. */
const bindWaysByChange = (place: PlacedIdentity): readonly Bound[] => {
  const { cluster, rights } = place;
  return cluster.rbac.bindings
    .filter(({ binding }) => (binding.namespace ?? '') === rights.namespace)
    .flatMap(({ binding, role }) => {
      const wanted = { apiGroup: group, resource: bindingsOf(rights), name: binding.name };
      const by = may(rights, { ...bindOf(binding.role.kind), name: binding.role.name });
      const key = `${role.namespace ?? ''}/${role.name}`;
      const isThere = cluster.rbac.roles.has(key) && by !== undefined && mayAny(rights, changes, wanted) !== undefined;
      return isThere ? [boundBy(place, by, key)] : [];
    });
};

const boundBy = (place: PlacedIdentity, by: string, role: string): Bound => {
  const { namespace } = place.rights;
  return {
    found: wayBy(place, 'bind', by, grantedNode(place.cluster.arn, role, namespace)),
    bindable: { role, namespace },
  };
};

const bindOf = (kind: string) =>
  ({ verb: 'bind', apiGroup: group, resource: kind === 'Role' ? 'roles' : 'clusterroles' }) as const;

/** Whoever writes RoleBindings in all namespaces has there what they may bind; each role is noted by its namespace. */
const bindWaysEverywhere = (place: PlacedIdentity): readonly Bound[] => {
  const { cluster, rights } = place;
  if (rights.namespace !== '' || mayMake(rights) !== undefined) return [];
  return cluster.namespaces.flatMap(namespace => bindWays({ ...place, rights: { ...rights, namespace } }));
};

const bindingsOf = ({ namespace }: Rights): string => (namespace === '' ? 'clusterrolebindings' : 'rolebindings');

const mayMake = (rights: Rights): string | undefined =>
  mayCreate(rights, { apiGroup: group, resource: bindingsOf(rights) });

/** A Role of one's own with any right, and its binding. */
const mayBindNewRoles = (rights: Rights): string | undefined => {
  if (rights.namespace === '' || !writes(rights, 'roles')) return undefined;
  const wanted = { apiGroup: group, resource: 'roles' };
  const by = may(rights, { verb: 'escalate', ...wanted });
  return by === undefined ? undefined : may(rights, { verb: 'bind', ...wanted }) && by;
};

const writes = (rights: Rights, resource: string): boolean =>
  (mayCreate(rights, { apiGroup: group, resource }) ?? mayAny(rights, changes, { apiGroup: group, resource })) !==
  undefined;

/** Whoever changes a role that is bound to them, and may `escalate`, gives it any right. */
const escalateWays = (place: PlacedIdentity): readonly FoundEdge[] => {
  const { cluster, rights, grants } = place;
  const { namespace } = rights;
  const held = new Map(
    grants
      .filter(({ role }) => role !== undefined)
      // One that holds in the whole cluster comes last, and is the one that is kept.
      .toSorted((a, b) => b.namespace.length - a.namespace.length)
      .map(({ role = '', namespace: at }) => [role, at]),
  );
  const mayRaise = (resource: string, name: string): string | undefined => {
    const wanted = { apiGroup: group, resource, name };
    return mayAny(rights, changes, wanted) && may(rights, { verb: 'escalate', ...wanted });
  };
  return [...held].flatMap(([key, at]) => {
    const [owner = '', ...rest] = key.split('/');
    // ClusterRoles are objects of the cluster, Roles of their namespace: the question is asked there.
    if (owner !== namespace) return [];
    const by = mayRaise(owner === '' ? 'clusterroles' : 'roles', rest.join('/'));
    const to = at === '' ? clusterNode(cluster.arn) : placeNode(cluster.arn, 'accounts', at);
    return wayBy(place, 'escalate', by, to);
  });
};
