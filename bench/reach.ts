/** Who could become which role: a cluster of 2,000 service accounts, half of them with a running pod and a quarter with a role, and
 *  5,000 bindings as people write them. Seconds of CPU and memory of the graph, of the two rules on it, and of one question. Prints JSON.
 *  `node --expose-gc bench/reach.ts 1000` for another number of bindings. */
import {
  complete,
  type RbacBinding,
  type RbacObjects,
  type RbacRule,
  type RbacSubject,
  type Role,
  type RoleLevel,
} from '../lib/model.ts';
import { pathsTo } from '../lib/reach/graph/paths.ts';
import { reachGraphOf } from '../lib/reach/graph/reach-of.ts';
import { evaluate } from '../lib/rules/evaluate/evaluate.ts';
import { reachRules } from '../lib/rules/reach/rules.ts';
import { aPod, aServiceAccount } from '../test/support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../test/support/example-world.ts';
import { reachCluster } from '../test/support/reach-world.ts';

const bindings = Number(process.argv[2] ?? 5000);
const [accounts, spaces] = [2000, 100];
const space = (index: number): string => `team-${index % spaces}`;
const name = (index: number): string => `app-${Math.floor(index / spaces)}`;

const rule = (apiGroup: string, resources: string[], verbs: string[]): RbacRule => ({
  ...{ apiGroups: [apiGroup], resources, verbs, resourceNames: [], nonResourceURLs: [] },
});
/** The ClusterRoles that are bound, in the order of their numbers: most read, one in ten opens a way. */
const roles: readonly (readonly [string, readonly RbacRule[]])[] = [
  ['reader', [rule('', ['pods', 'services', 'configmaps'], ['get', 'list', 'watch'])]],
  ['leases', [rule('coordination.k8s.io', ['leases'], ['get', 'create', 'update'])]],
  ['debug', [rule('', ['pods/exec'], ['create', 'get'])]],
  ['deploy', [rule('apps', ['deployments', 'statefulsets'], ['create', 'patch'])]],
];
const roleFor = (index: number): string =>
  index % 20 === 7 ? 'debug' : index % 20 === 13 ? 'deploy' : index % 2 === 0 ? 'reader' : 'leases';
const subjectFor = (index: number): RbacSubject =>
  index % 3 === 0
    ? { kind: 'Group', name: `group-${index % 50}` }
    : { kind: 'ServiceAccount', namespace: space(index * 7), name: name((index * 7) % accounts) };

const rbac: RbacObjects = {
  roles: complete([]),
  clusterRoles: complete(roles.map(([own, rules]) => ({ name: own, rules }))),
  roleBindings: complete(
    Array.from(
      { length: bindings },
      (_, index): RbacBinding => ({
        ...{
          name: `binding-${index}`,
          namespace: space(Math.floor(index / 50)),
          role: { kind: 'ClusterRole', name: roleFor(index) },
        },
        subjects: [subjectFor(index)],
      }),
    ),
  ),
  clusterRoleBindings: complete([]),
};

const all = Array.from({ length: accounts }, (_, index) => index);
const awsRoles: readonly Role[] = all
  .filter(index => index % 4 === 0)
  .map(index =>
    aRole({
      name: `role-${index}`,
      trustPolicy: aTrustPolicy({ subject: `system:serviceaccount:${space(index)}:${name(index)}` }),
    }),
  );
const levelFor = (index: number): RoleLevel => {
  const shown = { policy: 'p', statement: 'Statement[0]', action: '*', resource: '*' };
  return { level: index % 100 === 0 ? 'administrator' : index % 5 === 0 ? 'changes-data' : 'reads-data', shown };
};

const facts = someFacts({
  clusters: complete([
    reachCluster(rbac, {
      namespaces: complete(
        Array.from({ length: spaces }, (_, index) => ({ name: space(index), labels: {}, terminating: false })),
      ),
      serviceAccounts: complete(
        all.map(index => aServiceAccount({ namespace: space(index), name: name(index), annotations: {} })),
      ),
      pods: complete(
        all
          .filter(index => index % 2 === 0)
          .map(index =>
            aPod({
              ...{
                namespace: space(index),
                name: `${name(index)}-0`,
                serviceAccount: name(index),
                apiToken: 'mounted',
              },
              owner: { kind: 'Deployment', name: name(index) },
            }),
          ),
      ),
    }),
  ]),
  roles: complete(awsRoles),
  rolePermissions: complete({
    roles: {},
    policies: {},
    levels: Object.fromEntries(awsRoles.map(({ arn }, index) => [arn, levelFor(index)])),
  }),
});

/** With the processor's seconds that it took. */
const timed = <T>(work: () => T): readonly [T, number] => {
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  return [result, Number(((user + system) / 1e6).toFixed(2))];
};
const [graph, graphSeconds] = timed(() => reachGraphOf([facts]));
global.gc?.();
const heapMegabytes = Math.round(process.memoryUsage().heapUsed / 1e6);
const [who, questionSeconds] = timed(() => pathsTo(graph, [awsRoles[0]?.arn ?? '']));
const [{ findings }, rulesSeconds] = timed(() => evaluate(facts, { rules: reachRules }));
console.log(
  JSON.stringify({
    ...{
      bindings,
      serviceAccounts: accounts,
      roles: awsRoles.length,
      nodes: graph.nodes.size,
      edges: graph.edges.length,
    },
    ...{
      graphSeconds,
      heapMegabytes,
      questionSeconds,
      whoCanBecomeOne: who.size,
      rulesSeconds,
      findings: findings.length,
    },
  }),
);
