/** Random roles and bindings of a small world, and questions about it. */
import { unmetRequirement } from '../../lib/facts/label-selector.ts';
import { complete } from '../../lib/model/collected.ts';
import type { LabelSelector } from '../../lib/model/label-selector.ts';
import type { RbacBinding, RbacObjects, RbacRole, RbacRule, RbacSubject } from '../../lib/model/rbac.ts';
import type { RbacQuestion } from '../../lib/reach/rbac/decide.ts';
import type { Random } from '../faults/random.ts';
import { type RbacUser, serviceAccountUser } from './rbac-user.ts';

/** Every word that rules and questions are made of. */
export const words = {
  verbs: ['get', 'list', 'create', 'patch', 'impersonate', 'escalate', 'bind'],
  apiGroups: ['', 'apps', 'rbac.authorization.k8s.io'],
  resources: ['pods', 'secrets', 'deployments', 'serviceaccounts', 'clusterroles'],
  subresources: ['', 'exec', 'token', 'status'],
  names: ['', 'cart', 'db'],
  namespaces: ['', 'orders', 'kube-system'],
  paths: ['/metrics', '/healthz', '/healthz/etcd', '/api', '/apis/apps'],
  urls: ['/metrics', '/healthz*', '/healthz/*', '/healthz', '*', '/api*', '/*', '/apis/*/x'],
} as const;

const accounts = [
  { namespace: 'orders', name: 'cart' },
  { namespace: 'orders', name: 'default' },
  { namespace: 'kube-system', name: 'cart' },
] as const;

/** Whoever asks: service accounts, people of groups, the masters, somebody without a group. */
export const users: readonly RbacUser[] = [
  ...accounts.map(({ namespace, name }) => serviceAccountUser(namespace, name)),
  { name: 'ann', groups: ['devs', 'system:authenticated'] },
  { name: 'bob', groups: ['ops', 'devs'] },
  { name: 'ann', groups: [] },
  { name: 'root', groups: ['system:masters'] },
  { name: 'system:anonymous', groups: ['system:unauthenticated'] },
];

const some = <T>(random: Random, list: readonly T[], most: number): readonly T[] =>
  Array.from({ length: random.int(most + 1) }, () => random.pick(list));

const ruleOf = (random: Random): RbacRule => {
  const star = (list: readonly string[]) => (random.int(8) === 0 ? ['*'] : some(random, list, 2));
  const resource = () => {
    const name = random.pick([...words.resources, '*']);
    const sub = random.pick(['', '', ...words.subresources, '*']);
    return sub === '' ? name : `${name}/${sub}`;
  };
  const isPath = random.int(6) === 0;
  return {
    verbs: star(words.verbs),
    apiGroups: isPath ? [] : star(words.apiGroups),
    resources: isPath ? [] : Array.from({ length: random.int(3) + 1 }, resource),
    resourceNames: isPath || random.int(3) > 0 ? [] : some(random, ['cart', 'db', 'other'], 2),
    nonResourceURLs: isPath ? some(random, words.urls, 2) : [],
  };
};

const rulesOf = (random: Random): readonly RbacRule[] =>
  Array.from({ length: random.int(3) + 1 }, () => ruleOf(random));

const subjectOf = (random: Random): RbacSubject => {
  switch (random.int(4)) {
    case 0:
      return { kind: 'User', name: random.pick(['ann', 'bob', 'system:serviceaccount:orders:cart', 'nobody']) };
    case 1: {
      const groups = ['devs', 'ops', 'system:authenticated', 'system:serviceaccounts', 'system:serviceaccounts:orders'];
      return { kind: 'Group', name: random.pick([...groups, 'system:unauthenticated']) };
    }
    default: {
      const { namespace, name } = random.pick(accounts);
      return { kind: 'ServiceAccount', name, ...(random.int(3) > 0 && { namespace }) };
    }
  }
};

const labelKeys = ['to-edit', 'to-view'] as const;
const selectorOf = (random: Random): LabelSelector => {
  const key = random.pick(labelKeys);
  return random.int(3) > 0
    ? { matchLabels: { [key]: 'true' }, matchExpressions: [] }
    : {
        matchLabels: {},
        matchExpressions: [
          random.int(2) === 0
            ? { key, operator: random.pick(['In', 'NotIn']), values: ['true'] }
            : { key, operator: random.pick(['Exists', 'DoesNotExist']), values: [] },
        ],
      };
};

const clusterRoleOf = (random: Random, index: number): RbacRole => ({
  name: `c${index}`,
  rules: rulesOf(random),
  labels: Object.fromEntries(
    labelKeys.flatMap(key => (random.int(3) === 0 ? [[key, random.pick(['true', 'no'])]] : [])),
  ),
  ...(index >= 4 && random.int(2) === 0 && { aggregation: [selectorOf(random)] }),
});

const bindingOf = (random: Random, index: number, namespace: string): RbacBinding => ({
  name: `b${index}`,
  ...(namespace !== '' && { namespace }),
  role:
    namespace !== '' && random.int(2) === 0
      ? { kind: 'Role', name: `r${random.int(4)}` }
      : { kind: 'ClusterRole', name: `c${random.int(7)}` },
  subjects: Array.from({ length: random.int(3) + 1 }, () => subjectOf(random)),
});

/** A world of six ClusterRoles, of which two may be aggregated, four Roles, and six bindings. No two ClusterRoles take each other:
 *  the rules of such a ring depend on the order in which the controller looked at them. */
export const randomRbac = (random: Random): RbacObjects => {
  const drawn = Array.from({ length: 6 }, (_, index) => clusterRoleOf(random, index));
  const [one, other] = [drawn[4], drawn[5]];
  const takes = (a: RbacRole | undefined, b: RbacRole | undefined) =>
    (a?.aggregation ?? []).some(selector => unmetRequirement(selector, b?.labels ?? {}) === undefined);
  const clusterRoles = takes(one, other) && takes(other, one) ? drawn.slice(0, 5) : drawn;
  const bindings = Array.from({ length: 6 }, (_, index) => bindingOf(random, index, random.pick(words.namespaces)));
  return {
    clusterRoles: complete(clusterRoles),
    roles: complete(
      Array.from({ length: 4 }, (_, index) => ({
        namespace: random.pick(['orders', 'kube-system']),
        name: `r${index}`,
        rules: rulesOf(random),
      })),
    ),
    roleBindings: complete(bindings.filter(({ namespace }) => namespace !== undefined)),
    clusterRoleBindings: complete(bindings.filter(({ namespace }) => namespace === undefined)),
  };
};

/** One question. */
export const randomQuestion = (random: Random): RbacQuestion =>
  random.int(8) === 0
    ? { verb: random.pick(words.verbs), path: random.pick(words.paths) }
    : {
        verb: random.pick(words.verbs),
        apiGroup: random.pick(words.apiGroups),
        resource: random.pick(words.resources),
        subresource: random.pick(words.subresources),
        namespace: random.pick(words.namespaces),
        name: random.pick(words.names),
      };
