/** Questions of RBAC to a real API server (SubjectAccessReview), and to the decision over what is read of it. */
import { expect, test } from '@jest/globals';
import { type KubernetesApi, kubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readRbac } from '../../../lib/collect/kubernetes/read-rbac.ts';
import { inParallel } from '../../../lib/kit/in-parallel.ts';
import { valueOr } from '../../../lib/model/collected.ts';
import type { RbacBinding, RbacObjects, RbacRole, RbacRule } from '../../../lib/model/rbac.ts';
import type { RbacQuestion } from '../../../lib/reach/rbac/decide.ts';
import { rbacOf } from '../../../lib/reach/rbac/grants.ts';
import { randomOf } from '../../faults/random.ts';
import { needing } from '../../support/needing.ts';
import { seed } from '../../support/properties.ts';
import { randomQuestion, randomRbac, users } from '../../support/random-rbac.ts';
import { mayDo, type RbacUser } from '../../support/rbac-user.ts';
import { onRealServer, realEndpoint, realKubeconfig } from '../../support/real-cluster.ts';
import { isWhole } from '../../support/sample.ts';

const worlds = isWhole ? 50 : 2;
const questionsOfWorld = 200;
const label = 'rbac-trial';
/** The world that is written: its names are its own, since the controller may write a deleted ClusterRole once more. */
let current = 0;
const group = 'rbac.authorization.k8s.io';

/** Rules as the API server takes them: never of both kinds, never without a list that it wants, no path in a namespace. */
const isTaken =
  (isOfNamespace: boolean) =>
  ({ verbs, apiGroups, resources, nonResourceURLs }: RbacRule): boolean =>
    verbs.length > 0 &&
    (nonResourceURLs.length > 0
      ? !isOfNamespace && resources.length === 0
      : apiGroups.length > 0 && resources.length > 0);

const meta = ({ namespace, name }: { readonly namespace?: string; readonly name: string }, labels = {}) => ({
  name: `${label}-${current}-${name}`,
  ...(namespace !== undefined && { namespace }),
  labels: { ...labels, [label]: 'true' },
});

const roleObject = ({ aggregation, labels, ...role }: RbacRole): object => ({
  apiVersion: `${group}/v1`,
  kind: role.namespace === undefined ? 'ClusterRole' : 'Role',
  metadata: meta(role, labels),
  rules: aggregation === undefined ? role.rules.filter(isTaken(role.namespace !== undefined)) : [],
  // Of the cluster's own ClusterRoles none is taken: they stay out of a trial.
  ...(aggregation && {
    aggregationRule: {
      clusterRoleSelectors: aggregation.map(({ matchLabels, matchExpressions }) => ({
        matchLabels: { ...matchLabels, [label]: 'true' },
        matchExpressions,
      })),
    },
  }),
});

const bindingObject = (binding: RbacBinding): object => ({
  apiVersion: `${group}/v1`,
  kind: binding.namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: meta(binding),
  roleRef: { apiGroup: group, kind: binding.role.kind, name: `${label}-${current}-${binding.role.name}` },
  subjects: binding.subjects.flatMap((subject): object[] => {
    if (subject.kind !== 'ServiceAccount') return [{ ...subject, apiGroup: group }];
    const namespace = subject.namespace ?? binding.namespace;
    return namespace === undefined ? [] : [{ ...subject, namespace }];
  }),
});

const objectsOf = ({ roles, clusterRoles, roleBindings, clusterRoleBindings }: RbacObjects): readonly object[] => [
  ...[...valueOr(clusterRoles, []), ...valueOr(roles, [])].map(roleObject),
  ...[...valueOr(clusterRoleBindings, []), ...valueOr(roleBindings, [])].map(bindingObject),
];

const isAllowed = async (api: KubernetesApi, { name, groups }: RbacUser, question: RbacQuestion): Promise<boolean> => {
  const attributes =
    'path' in question
      ? { nonResourceAttributes: question }
      : { resourceAttributes: { ...question, group: question.apiGroup } };
  if ('resourceAttributes' in attributes) delete (attributes.resourceAttributes as { apiGroup?: string }).apiGroup;
  const answer = await api.send({
    verb: 'create',
    resource: 'subjectaccessreviews',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: name, groups, ...attributes },
    },
  });
  if (!answer.ok) throw new Error(answer.reason.message);
  return (answer.body as { readonly status: { readonly allowed: boolean } }).status.allowed;
};

const pause = (milliseconds: number) => new Promise(done => setTimeout(done, milliseconds));

/** The rules as they are once controller and authorizer have caught up: two equal readings. */
const settled = async (api: KubernetesApi): Promise<RbacObjects> => {
  let before = '';
  for (let at = 0; at < 50; at++) {
    const read = await readRbac(api);
    if (read.status !== 'complete') throw new Error(JSON.stringify(read));
    const text = JSON.stringify(read.value);
    if (text === before) return read.value;
    before = text;
    await pause(200);
  }
  throw new Error('the rules do not settle');
};

const clear = () =>
  onRealServer([
    'delete',
    'clusterroles,clusterrolebindings,roles,rolebindings',
    '--all-namespaces',
    '--selector',
    label,
  ]);

needing('a Kubernetes API server (IRSA_AUDITOR_KUBERNETES)', realKubeconfig !== undefined)(
  'beside a real API server',
  () => {
    test('every question has the same answer', async () => {
      const { url, token, certificateAuthority } = await realEndpoint();
      const caPem = Buffer.from(certificateAuthority, 'base64').toString('utf8');
      const api = kubernetesApi(
        { url, caPem, token: async () => token },
        { timeoutMs: 15_000, maxBytes: 2 ** 26, attempts: 3, maxWaitMs: 1000, connections: 8, clusterMs: 3_600_000 },
      );
      const random = randomOf(seed);
      const counts = { asked: 0, allowed: 0, different: [] as unknown[] };
      const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } });
      await onRealServer(['apply', '--filename', '-'], JSON.parse(namespace));
      await clear();
      for (let world = 0; world < worlds; world++) {
        current = world;
        await onRealServer(['create', '--filename', '-'], {
          apiVersion: 'v1',
          kind: 'List',
          items: objectsOf(randomRbac(random)),
        });
        const asked = Array.from({ length: questionsOfWorld }, () => ({
          user: random.pick(users),
          question: randomQuestion(random),
        }));
        let rbac = rbacOf(await settled(api));
        await inParallel(asked, 8, async ({ user, question }) => {
          counts.asked += 1;
          let theirs = await isAllowed(api, user, question);
          for (let again = 0; again < 5 && theirs !== mayDo(rbac, user, question); again++) {
            await pause(300);
            rbac = rbacOf(await settled(api));
            theirs = await isAllowed(api, user, question);
          }
          if (theirs) counts.allowed += 1;
          if (theirs !== mayDo(rbac, user, question)) counts.different.push({ user, question, theirs });
        });
        await clear();
      }
      api.close();
      expect(counts.different).toEqual([]);
      expect(counts.asked).toBe(worlds * questionsOfWorld);
      expect(counts.allowed).toBeGreaterThan(counts.asked / 20);
    }, 1_800_000);
  },
);
