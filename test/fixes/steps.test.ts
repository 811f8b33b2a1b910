import { expect, test } from '@jest/globals';
import { deleteProvider, requestQuota, roleLastAccess, setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { oldPodsCommand, oldPodsIn } from '../../lib/fixes/changes/workload.ts';
import {
  createAddon,
  createAssociation,
  deleteAssociation,
  setAddonRole,
  updateAssociation,
} from '../../lib/fixes/eks-steps.ts';
import {
  annotate,
  clusterPlaceOf,
  createServiceAccount,
  grantAuditorAccess,
  restartPods,
  restoreWebhook,
  setServiceAccount,
  unlabel,
} from '../../lib/fixes/kubernetes-steps.ts';
import {
  certificatesStep,
  describeCluster,
  discoveryStep,
  listAnnotated,
  refusedCalls,
} from '../../lib/fixes/look-steps.ts';
import { clusterRole, clusterRoleFor } from '../../lib/fixes/rbac-documents.ts';
import { act, isSoundStep, stepShape, targetOfStep, toolsOf } from '../../lib/fixes/step.ts';
import { notAskedFor } from '../../lib/model/collected.ts';
import { aCluster, aProvider } from '../support/example-world.ts';
import { soundChanges } from './changes.ts';

const cluster = aCluster({ context: 'prod', certificateAuthority: 'QUJD' });
const place = {
  name: 'shop',
  arn: cluster.arn,
  server: cluster.endpoint,
  // SHA-256 of the text QUJD.
  authority: 'd9cae0dbdbf078b2020e2abe5fcd74bc1edba83c35f6b8a86d638ed9b8d3d1f9',
  context: 'prod',
};
const { arn } = cluster;
const account = { namespace: 'checkout', name: 'cart', annotations: { a: 'b' }, labels: { c: 'd' } };
const of = { cluster: place, namespace: 'checkout', serviceAccount: 'cart' };
const roleArn = 'arn:aws:iam::111122223333:role/cart';
const targetRoleArn = 'arn:aws:iam::444455556666:role/target';
const ids = { namespace: 'checkout', serviceAccount: 'cart' };
const at = { cluster, namespace: 'checkout' };
const access = [{ roleArn, gains: [], loses: [] }];

test.each<readonly [title: string, made: unknown, wanted: unknown]>([
  ['a cluster', clusterPlaceOf(cluster), place],
  [
    'a cluster that a kubeconfig alone knows',
    clusterPlaceOf({ arn: 'x', name: 'shop', region: 'unknown', accountId: 'x', context: 'prod' }),
    { name: 'shop', context: 'prod' },
  ],
  [
    'an annotation that is new',
    annotate(cluster, account, 'x', 'y').change,
    { kind: 'annotation', ...of, key: 'x', after: 'y' },
  ],
  [
    'an annotation that is changed',
    annotate(cluster, account, 'a', 'y').change,
    { kind: 'annotation', ...of, key: 'a', before: 'b', after: 'y' },
  ],
  [
    'an annotation that goes',
    annotate(cluster, account, 'a', undefined).change,
    { kind: 'annotation', ...of, key: 'a', before: 'b' },
  ],
  ['a label that goes', unlabel(cluster, account, 'c').change, { kind: 'label', ...of, key: 'c', before: 'd' }],
  [
    'a service account',
    createServiceAccount(at, 'cart', { a: 'b' }).change,
    { kind: 'service-account-created', ...of, annotations: { a: 'b' } },
  ],
  [
    'the webhook',
    restoreWebhook(cluster, 'QUJD', { isThere: true, version: '7' }).change,
    { kind: 'webhook-restored', cluster: place, caBundle: 'QUJD', isThere: true, version: '7' },
  ],
  [
    'a webhook that is missing',
    restoreWebhook(cluster, 'QUJD', { isThere: false, version: undefined }).change,
    { kind: 'webhook-restored', cluster: place, caBundle: 'QUJD', isThere: false },
  ],
  ['rights', grantAuditorAccess(cluster).change, { kind: 'auditor-access-granted', cluster: place }],
  ...['Deployment', 'StatefulSet', 'DaemonSet'].map((kind): readonly [string, unknown, unknown] => [
    `the service account of a ${kind}`,
    setServiceAccount(at, { kind, name: 'shop' }, 'default', 'cart')?.change,
    {
      ...{ kind: 'workload-service-account', cluster: place, namespace: 'checkout' },
      ...{ workload: `${kind.toLowerCase()}/shop`, before: 'default', after: 'cart' },
    },
  ]),
  ['the service account of a Job', setServiceAccount(at, { kind: 'Job', name: 'shop' }, 'default', 'cart'), undefined],
  [
    'a role of an add-on',
    setAddonRole(cluster, 'a', undefined, roleArn).change,
    { kind: 'addon-role', clusterArn: arn, addon: 'a', after: roleArn },
  ],
  [
    'another role of an add-on',
    setAddonRole(cluster, 'a', 'x', roleArn).change,
    { kind: 'addon-role', clusterArn: arn, addon: 'a', before: 'x', after: roleArn },
  ],
  ['an add-on', createAddon(cluster, 'a').change, { kind: 'addon-created', clusterArn: arn, addon: 'a' }],
  [
    'an association',
    createAssociation(cluster, { ...ids, roleArn }),
    {
      change: {
        ...{ kind: 'association-created', clusterArn: arn },
        association: { ...ids, roleArn, targetRoleArn: null, disableSessionTags: null, policy: null },
      },
    },
  ],
  [
    'an association with all that it may have',
    createAssociation(cluster, { ...ids, roleArn, targetRoleArn, sessionTags: false, sessionPolicy: '{}' }, access),
    {
      change: {
        ...{ kind: 'association-created', clusterArn: arn },
        association: { ...ids, roleArn, targetRoleArn, disableSessionTags: true, policy: '{}' },
      },
      access,
    },
  ],
  [
    'an association with session tags',
    createAssociation(cluster, { ...ids, roleArn, sessionTags: true }).change,
    {
      ...{ kind: 'association-created', clusterArn: arn },
      association: { ...ids, roleArn, targetRoleArn: null, disableSessionTags: null, policy: null },
    },
  ],
  [
    'an association that goes',
    deleteAssociation(cluster, { id: 'a-1', ...ids }).change,
    { kind: 'association-deleted', clusterArn: arn, associationId: 'a-1', ...ids },
  ],
  [
    'an association that goes with its roles',
    deleteAssociation(cluster, { id: 'a-1', ...ids, roleArn }).change,
    {
      kind: 'association-deleted',
      clusterArn: arn,
      associationId: 'a-1',
      ...ids,
      before: { roleArn, targetRoleArn: null },
    },
  ],
  [
    'an association that goes with both roles',
    deleteAssociation(cluster, { id: 'a-1', ...ids, roleArn, targetRoleArn }).change,
    { kind: 'association-deleted', clusterArn: arn, associationId: 'a-1', ...ids, before: { roleArn, targetRoleArn } },
  ],
  [
    'an association that changes',
    updateAssociation(cluster, 'a-1', { roleArn: 'x' }, { roleArn }).change,
    {
      kind: 'association-updated',
      clusterArn: arn,
      associationId: 'a-1',
      before: { roleArn: 'x' },
      after: { roleArn },
    },
  ],
  [
    'a provider that goes, with what was read of it',
    deleteProvider(aProvider({ audiences: ['a'], thumbprints: ['f'.repeat(40)] })).change,
    {
      ...{ kind: 'provider-deleted', providerArn: aProvider().arn },
      before: { audiences: ['a'], thumbprints: ['f'.repeat(40)] },
    },
  ],
  [
    'a provider that goes, of which nothing was read',
    deleteProvider({ ...aProvider(), detail: notAskedFor('read it') }).change,
    { kind: 'provider-deleted', providerArn: aProvider().arn },
  ],
  [
    'a trust policy that IAM gave encoded',
    setTrustPolicy(roleArn, encodeURIComponent('{"a":1}'), { b: 2 }, access),
    { change: { kind: 'trust-policy', roleArn, before: '{"a":1}', after: '{"b":2}' }, access },
  ],
  [
    'a trust policy that is none',
    setTrustPolicy(roleArn, '%', {}).change,
    { kind: 'trust-policy', roleArn, before: '%', after: '{}' },
  ],
  ['a quota', requestQuota('1', 'L-X', 9).change, { kind: 'quota-requested', accountId: '1', code: 'L-X', value: 9 }],
  ['a look at a role', roleLastAccess(roleArn), { look: { kind: 'role-last-access', roleArn } }],
  ['a look at a discovery document', discoveryStep('https://a'), { look: { kind: 'discovery', issuer: 'https://a' } }],
  ['a look at certificates', certificatesStep('a'), { look: { kind: 'certificates', host: 'a' } }],
  [
    'a look at a cluster',
    describeCluster(cluster, 'status'),
    {
      look: {
        kind: 'cluster-description',
        accountId: '111122223333',
        region: 'eu-west-1',
        name: 'shop',
        part: 'status',
      },
    },
  ],
  ['a look at calls', refusedCalls('1', 'x'), { look: { kind: 'refused-calls', accountId: '1', region: 'x' } }],
  [
    'a look at service accounts',
    listAnnotated(cluster),
    { look: { kind: 'annotated-service-accounts', cluster: place } },
  ],
])('%s as data', (_, step, wanted) => expect(step).toEqual(wanted));

test('the steps that restart pods name each pod with the time of its creation, and a second after the youngest', () => {
  const pods = [
    { name: 'b', createdAt: '2026-11-01T05:00:00Z' },
    { name: 'a', createdAt: '2026-11-02T00:00:00Z' },
    { name: 'c', createdAt: '2026-10-01T05:00:00Z' },
  ];
  const change = (kind: string, some: readonly { readonly name: string; readonly createdAt?: string }[] = pods) =>
    restartPods(at, { kind, name: 'shop', pods: some }).steps.map(step => step.change);
  const restarted = { kind: 'pods-restarted', cluster: place, namespace: 'checkout' };
  const restartAt = '2026-11-02T00:00:01Z';
  expect(change('CronJob')).toEqual([{ ...restarted, workload: 'cronjob/shop', pods, restartAt }]);
  expect(change('Deployment', [...pods, { name: 'd' }])).toEqual([
    { ...restarted, workload: 'deployment/shop', pods: [...pods, { name: 'd' }] },
  ]);
  expect(change('Deployment', [])).toEqual([{ ...restarted, workload: 'deployment/shop', pods: [] }]);
});

test.each([
  ['Pod', 'Nothing restarts pod shop: delete it'],
  ['Job', 'Nothing restarts Job shop: delete it'],
])('nothing restarts a %s, and the sentence names it', (kind, sentence) =>
  expect(restartPods(at, { kind, name: 'shop', pods: [] })).toEqual({
    steps: [],
    choice: expect.stringContaining(sentence),
  }),
);

const [restart] = soundChanges['pods-restarted'];

test('the old pods are asked for by name, and counted until they are gone, about to end, or others of the same name', () => {
  expect(oldPodsCommand(restart)).toEqual({
    tool: 'kubectl',
    cluster: restart.cluster,
    args: [
      ...['--namespace', 'checkout', 'get', '--ignore-not-found', '--no-headers', '--output'],
      'custom-columns=A:.metadata.name,B:.metadata.creationTimestamp,C:.metadata.deletionTimestamp',
      ...['--', 'pod/cart-1', 'pod/cart-0'],
    ],
  });
  const line = (name: string, created = '2026-11-01T05:00:00Z', deleted = '<none>') =>
    `${name}   ${created}   ${deleted}\n`;
  expect(oldPodsIn(restart, '')).toBe(0);
  expect(oldPodsIn(restart, line('cart-1') + line('cart-0', '2026-01-01T00:00:00Z'))).toBe(2);
  expect(oldPodsIn(restart, line('cart-1', '2026-11-01T06:00:00Z') + line('cart-0', 'x', '2026-11-01T06:00:00Z'))).toBe(
    0,
  );
  expect(oldPodsIn(restart, line('cart-2'))).toBe(0);
});

test('the ClusterRole has the rules of the readings that are asked for, and no others', () => {
  const resources = (asked: Parameters<typeof clusterRoleFor>[0]) =>
    clusterRoleFor(asked)
      .rules.slice(clusterRole.rules.length)
      .map(({ resources: some, resourceNames, verbs }) =>
        [...(some ?? []), ...(resourceNames ?? []), ...verbs].join(' '),
      );
  const network = ['networkpolicies list', 'securitygrouppolicies list'];
  const rbac = ['roles clusterroles rolebindings clusterrolebindings list', 'configmaps aws-auth get'];
  const workloads = ['deployments statefulsets daemonsets list', 'jobs cronjobs list'];
  expect(clusterRoleFor({})).toEqual(clusterRole);
  expect(resources({ network: true })).toEqual(network);
  expect(resources({ rbac: true })).toEqual(rbac);
  expect(resources({ workloads: true })).toEqual(workloads);
  expect(resources({ network: true, rbac: true, workloads: true })).toEqual([...network, ...rbac, ...workloads]);
});

test('a step of either form: where it goes, its tools, and its stored form', () => {
  const changed = act(soundChanges['addon-created'][0]);
  const looked = discoveryStep('https://a.example');
  expect([targetOfStep(changed), targetOfStep(looked)]).toEqual([
    { accountId: '111122223333', region: 'eu-west-1', clusterName: 'shop', clusterArn: arn },
    {},
  ]);
  expect([toolsOf(changed), toolsOf(looked)]).toEqual([['aws'], ['curl']]);
  expect([changed, looked].map(step => stepShape.parse({ ...step, access }))).toEqual([changed, looked]);
  expect([isSoundStep(changed), isSoundStep(looked)]).toEqual([true, true]);
  expect([isSoundStep(discoveryStep('x')), isSoundStep(act({ ...changed.change, addon: '' }))]).toEqual([false, false]);
});
