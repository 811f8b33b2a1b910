/** Ways to service accounts by the rights of one namespace, or by those of the whole cluster in every namespace. */
import { minorOf, ownerOrPod, type Pod } from '../../model.ts';
import { accountNode, placeNode, podsNode, rightsNode } from '../node/ids.ts';
import type { ReachNode } from '../node/reach-graph.ts';
import { customWorkloads } from './custom-workloads.ts';
import { type FoundEdge, type PlacedIdentity, wayBy } from './place.ts';
import { may, mayAny, mayCreate, namesFor, type WantedAccess } from './scope.ts';

/** Kinds whose objects make pods: the resource, its group, and the kind that pods name as their owner. */
const workloads = [
  { apiGroup: 'apps', resource: 'deployments', kind: 'Deployment' },
  { apiGroup: 'apps', resource: 'statefulsets', kind: 'StatefulSet' },
  { apiGroup: 'apps', resource: 'daemonsets', kind: 'DaemonSet' },
  { apiGroup: 'apps', resource: 'replicasets', kind: 'ReplicaSet' },
  { apiGroup: '', resource: 'replicationcontrollers', kind: 'ReplicationController' },
  { apiGroup: 'batch', resource: 'cronjobs', kind: 'CronJob' },
  // The template of a Job cannot be changed.
  { apiGroup: 'batch', resource: 'jobs' },
] as const;

const changes = ['update', 'patch'] as const;

/** Every way of the place. */
export const waysInNamespace = (place: PlacedIdentity): readonly FoundEdge[] => [
  ...waysToTokens(place),
  ...waysToNewPods(place),
  ...waysToRunningPods(place),
  ...waysByAnnotation(place),
  ...waysToRights(place),
  ...waysToAbsentAccounts(place),
];

const podsAt = ({ cluster, rights: { namespace } }: PlacedIdentity): readonly Pod[] =>
  namespace === '' ? cluster.pods : cluster.pods.filter(pod => pod.namespace === namespace);

const placeOf = ({ cluster, rights }: PlacedIdentity, kind: 'accounts' | 'running' | 'identities'): ReachNode =>
  placeNode(cluster.arn, kind, rights.namespace);

/** Service accounts of the place by a name that a rule has. */
const accountsNamed = (
  { cluster, rights: { namespace } }: PlacedIdentity,
  name: string,
): readonly (readonly [string, string])[] =>
  [...cluster.accounts].flatMap(([own, names]) =>
    (namespace === '' || namespace === own) && names.includes(name) ? [[own, name] as const] : [],
  );

const waysToTokens = (place: PlacedIdentity): readonly FoundEdge[] => {
  const wanted = { verb: 'create', resource: 'serviceaccounts', subresource: 'token' };
  const all = may(place.rights, wanted);
  if (all !== undefined) return wayBy(place, 'create-token', all, placeOf(place, 'accounts'));
  return [...namesFor(place.rights, wanted)].flatMap(([name, by]) =>
    accountsNamed(place, name).flatMap(([namespace]) =>
      wayBy(place, 'create-token', by, accountNode(place.cluster.arn, namespace, name)),
    ),
  );
};

const waysToNewPods = (place: PlacedIdentity): readonly FoundEdge[] => {
  const to = placeOf(place, 'accounts');
  return [
    ...wayBy(place, 'create-pod', mayCreate(place.rights, { resource: 'pods' }), to),
    ...first([
      ...workloads.map(({ apiGroup, resource }) =>
        wayBy(place, 'create-workload', mayCreate(place.rights, { apiGroup, resource }), to),
      ),
      ...customWorkloads.map(({ apiGroup, resource, source }) =>
        wayBy(
          place,
          'create-workload',
          mayCreate(place.rights, { apiGroup, resource }),
          to,
          `a controller of ${resource}.${apiGroup} has to make pods with the service account that they name (${source})`,
        ),
      ),
    ]),
    ...first(workloads.flatMap(one => ('kind' in one ? [changedWorkload(place, one, to)] : []))),
  ];
};

/** One way of a kind is enough for one target. */
const first = (found: readonly (readonly FoundEdge[])[]): readonly FoundEdge[] => {
  const all = found.flat();
  const [certain] = all.filter(({ depends }) => depends === undefined);
  return certain === undefined ? all.slice(0, 1) : [certain];
};

/** Whoever changes a workload chooses the service account of its pods. */
const changedWorkload = (
  place: PlacedIdentity,
  { apiGroup, resource, kind }: { readonly apiGroup: string; readonly resource: string; readonly kind: string },
  to: ReachNode,
): readonly FoundEdge[] => {
  const owners = podsAt(place).map(ownerOrPod);
  const isSeen = (name?: string) => owners.some(one => one.kind === kind && (name === undefined || one.name === name));
  const all = mayAny(place.rights, changes, { apiGroup, resource });
  const unseen = `no pod of a ${kind} was seen there`;
  if (all !== undefined) return wayBy(place, 'change-workload', all, to, isSeen() ? undefined : unseen);
  const named = namesOf(place, { apiGroup, resource });
  const [seen] = [...named].filter(([name]) => isSeen(name));
  if (seen !== undefined) return wayBy(place, 'change-workload', seen[1], to);
  const [any] = named;
  return any === undefined
    ? []
    : wayBy(place, 'change-workload', any[1], to, `no pod of ${kind} ${any[0]} was seen there`);
};

const namesOf = (place: PlacedIdentity, wanted: Omit<WantedAccess, 'verb'>): ReadonlyMap<string, string> =>
  new Map(changes.flatMap(verb => [...namesFor(place.rights, { verb, ...wanted })]));

/** How one gets into running pods: the way, its right, and what may stand against it. */
interface Entrance {
  readonly way: 'exec' | 'change-pod' | 'ephemeral-container';
  readonly wanted: WantedAccess;
  readonly depends?: string;
}

/** From Kubernetes 1.35 on, `create` is asked for whatever the protocol is; before, a WebSocket asks for `get` alone (KEP-4006,
 *  feature gate AuthorizePodWebsocketUpgradeCreatePermission). */
const entrances = ({ kubernetes: { version } }: PlacedIdentity['cluster']): readonly Entrance[] => {
  const minor = version.status === 'complete' ? minorOf(version.value) : undefined;
  const isOld = minor === undefined || minor < 35;
  const byGet = isOld ? [minor === undefined ? { depends: 'before Kubernetes 1.35 alone' } : {}] : [];
  const stream = (subresource: string, more: { readonly depends?: string }): readonly Entrance[] => [
    { way: 'exec', wanted: { verb: 'create', resource: 'pods', subresource }, ...more },
    ...byGet.map(
      (open): Entrance => ({ way: 'exec', wanted: { verb: 'get', resource: 'pods', subresource }, ...open, ...more }),
    ),
  ];
  const changed = (way: 'change-pod' | 'ephemeral-container', subresource: string): readonly Entrance[] =>
    changes.map(verb => ({ way, wanted: { verb, resource: 'pods', subresource } }));
  return [
    ...stream('exec', {}),
    ...changed('change-pod', ''),
    ...changed('ephemeral-container', 'ephemeralcontainers'),
    ...stream('attach', { depends: 'a container has to read its standard input' }),
  ];
};

const waysToRunningPods = (place: PlacedIdentity): readonly FoundEdge[] => {
  const running = placeOf(place, 'running');
  const found = entrances(place.cluster).flatMap(({ way, wanted, depends }): readonly FoundEdge[] => {
    const all = may(place.rights, wanted);
    if (all !== undefined) return wayBy(place, way, all, running, depends);
    const names = namesFor(place.rights, wanted);
    return podsAt(place).flatMap(pod =>
      wayBy(place, way, names.get(pod.name), podsNode(place.cluster.arn, pod), depends),
    );
  });
  return [...Map.groupBy(found, ({ way, to }) => `${way} ${to.id}`).values()].flatMap(same => first([same]));
};

/** A role in the annotation of the service account is in the pods that are made after it: whoever can get into its pods has it. */
const waysByAnnotation = (place: PlacedIdentity): readonly FoundEdge[] => {
  const inPods = entrances(place.cluster).some(
    ({ wanted, depends }) => depends === undefined && may(place.rights, wanted) !== undefined,
  );
  if (!inPods) return [];
  const restarts =
    mayAny(place.rights, ['delete', 'deletecollection'], { resource: 'pods' }) ??
    mayCreate(place.rights, { resource: 'pods', subresource: 'eviction' });
  const depends = restarts === undefined ? 'the pods have to be started again' : undefined;
  const wanted = { resource: 'serviceaccounts' };
  const all = mayAny(place.rights, changes, wanted);
  if (all !== undefined) return wayBy(place, 'annotate', all, placeOf(place, 'accounts'), depends ?? unseenPods(place));
  return [...namesOf(place, wanted)].flatMap(([name, by]) =>
    accountsNamed(place, name)
      .filter(([namespace]) => podsAt(place).some(pod => pod.namespace === namespace && pod.serviceAccount === name))
      .flatMap(([namespace]) => wayBy(place, 'annotate', by, accountNode(place.cluster.arn, namespace, name), depends)),
  );
};

const unseenPods = (place: PlacedIdentity): string | undefined =>
  podsAt(place).length === 0 ? 'no running pod was seen there' : 'a pod of that service account has to run';

/** Ways that give the Kubernetes rights of a service account, and no token that STS takes. */
const waysToRights = (place: PlacedIdentity): readonly FoundEdge[] => {
  const to = placeOf(place, 'identities');
  const impersonate = { verb: 'impersonate', resource: 'serviceaccounts' };
  const all = may(place.rights, impersonate);
  const named = all === undefined ? namesFor(place.rights, impersonate) : new Map<string, string>();
  const reads = mayAny(place.rights, ['get', 'list', 'watch'], { resource: 'secrets' });
  const creates = mayCreate(place.rights, { resource: 'secrets' });
  return [
    ...wayBy(place, 'impersonate', all, to),
    ...[...named].flatMap(([name, by]) =>
      accountsNamed(place, name).flatMap(([namespace]) =>
        wayBy(place, 'impersonate', by, rightsNode(place.cluster.arn, namespace, name)),
      ),
    ),
    ...wayBy(
      place,
      'token-secret',
      reads,
      to,
      creates === undefined ? 'a Secret with its token has to exist' : undefined,
    ),
  ];
};

/** A service account that a role names, and that nobody has made yet. */
const waysToAbsentAccounts = (place: PlacedIdentity): readonly FoundEdge[] => {
  const { cluster, rights } = place;
  const by = mayCreate(rights, { resource: 'serviceaccounts' });
  const then = [...waysToTokens(place), ...waysToNewPods(place)].find(({ depends }) => depends === undefined);
  if (by === undefined || then === undefined) return [];
  return [...cluster.absent]
    .filter(([namespace]) => rights.namespace === '' || rights.namespace === namespace)
    .flatMap(([namespace, names]) =>
      names.flatMap(name =>
        wayBy(
          place,
          'create-account',
          by,
          accountNode(cluster.arn, namespace, name),
          cluster.namespaces.includes(namespace) ? undefined : `namespace ${namespace} has to exist`,
        ),
      ),
    );
};
