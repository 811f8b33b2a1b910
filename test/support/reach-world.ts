/** Worlds with rights: rules in short, bound to somebody. */
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, mapSection } from '../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import type { AccessEntry, RbacBinding, RbacObjects, RbacRole, RbacRule, RbacSubject } from '../../lib/model/rbac.ts';
import { everyUse } from './every-use.ts';
import { aPod, aReadCluster, aServiceAccount } from './example-cluster.ts';
import { someFacts } from './example-world.ts';

/** A rule in short: verbs by commas, then the resource, behind its group and a bar, with a name behind a colon:
 *  `create pods`, `patch apps|deployments:cart`, `get pods/exec`. */
const ruleOf = (text: string): RbacRule => {
  const [verbs = '', target = ''] = text.split(' ');
  const [path = '', ...rest] = target.split(':');
  const name = rest.length === 0 ? undefined : rest.join(':');
  const group = /^(\*|[a-z0-9.]*)\|/.exec(path)?.[1] ?? '';
  return {
    verbs: verbs.split(','),
    apiGroups: [group],
    resources: [path.replace(/^(\*|[a-z0-9.]*)\|/, '')],
    resourceNames: name === undefined ? [] : [name],
    nonResourceURLs: [],
  };
};

/** Rights of somebody: in a namespace, by a RoleBinding of a ClusterRole, or everywhere. */
export interface Bound {
  readonly who: string;
  readonly in?: string;
  readonly rules: readonly string[];
  /** The name of its role; a number where it is absent. */
  readonly role?: string;
}

/** `group:devs`, `user:ann`, `sa:ci/runner`. */
const subjectOf = (who: string): RbacSubject => {
  const [kind = '', ...rest] = who.split(':');
  const name = rest.join(':');
  if (kind === 'group') return { kind: 'Group', name };
  if (kind === 'user') return { kind: 'User', name };
  const [namespace = '', own = ''] = name.split('/');
  return { kind: 'ServiceAccount', namespace, name: own };
};

/** RBAC objects with these rights. */
export const rbacWith = (bound: readonly Bound[], more: readonly RbacRole[] = []): RbacObjects => {
  const named = bound.map((one, index) => ({ ...one, role: one.role ?? `role-${index}` }));
  const bindings = named.map(
    ({ who, in: namespace, role }): RbacBinding => ({
      name: `binds-${role}`,
      ...(namespace !== undefined && { namespace }),
      role: { kind: 'ClusterRole', name: role },
      subjects: [subjectOf(who)],
    }),
  );
  return {
    roles: complete([]),
    clusterRoles: complete([...named.map(({ role, rules }) => ({ name: role, rules: rules.map(ruleOf) })), ...more]),
    roleBindings: complete(bindings.filter(({ namespace }) => namespace !== undefined)),
    clusterRoleBindings: complete(bindings.filter(({ namespace }) => namespace === undefined)),
  };
};

const namespaces = ['checkout', 'ci', 'kube-system'].map(name => ({ name, labels: {}, terminating: false }));

/** The example cluster with these rights: `checkout/cart` has a role and a running Deployment `cart`, `ci/runner` a running pod
 *  without one. */
export const reachCluster = (
  rbac: RbacObjects | undefined,
  over: Partial<KubernetesFacts> = {},
  accessEntries: readonly AccessEntry[] = [],
) => ({
  ...aReadCluster({
    version: complete('v1.34.2-eks-1'),
    namespaces: complete(namespaces),
    serviceAccounts: complete([
      aServiceAccount(),
      aServiceAccount({ namespace: 'ci', name: 'runner', annotations: {} }),
    ]),
    pods: complete([
      aPod({ apiToken: 'mounted' }),
      aPod({
        ...{ namespace: 'ci', name: 'runner-0', serviceAccount: 'runner', apiToken: 'mounted' },
        ...{ owner: { kind: 'StatefulSet', name: 'runner' }, containers: [], volumes: [] },
      }),
    ]),
    ...(rbac === undefined ? {} : { rbac: complete(rbac), awsAuth: complete([]) }),
    ...over,
  }),
  ...(rbac === undefined ? {} : { accessEntries: complete(accessEntries) }),
});

/** Facts of an account with that cluster. */
export const reachFacts = (
  bound: readonly Bound[],
  over: Partial<KubernetesFacts> = {},
  facts: Parameters<typeof someFacts>[0] = {},
) => someFacts({ clusters: complete([reachCluster(rbacWith(bound), over)]), ...facts });

/** The facts with what nobody has rights in, where roles and bindings were not read. */
export const withoutRights = (facts: Facts): Facts => {
  const none = complete([]);
  const rbac = complete({ roles: none, clusterRoles: none, roleBindings: none, clusterRoleBindings: none });
  const regions = facts.snapshot.regions.map(region => ({
    ...region,
    clusters: mapSection(region.clusters, clusters =>
      clusters.map(cluster => ({
        accessEntries: none,
        ...cluster,
        kubernetes: mapSection(cluster.kubernetes, inside => ({ rbac, awsAuth: none, ...inside })),
      })),
    ),
  }));
  return { ...facts, snapshot: { ...facts.snapshot, regions, ...everyUse(facts.snapshot.roles) } };
};
