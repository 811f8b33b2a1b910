/** Objects of controllers and their pods: each form of each part beside each form of every other part. */
import { expect, test } from '@jest/globals';
import type { ApiCall, ApiResult } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { controllerOf } from '../../../lib/collect/kubernetes/parse-controller.ts';
import {
  takeIssuer,
  takeProviderConfig,
  takeSecretStore,
  takeTriggerAuthentication,
} from '../../../lib/collect/kubernetes/parse-controller-objects.ts';
import { readControllerRoles } from '../../../lib/collect/kubernetes/read-controller-roles.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import type { PodController } from '../../../lib/model/controller-role.ts';
import { aPod } from '../../support/example-cluster.ts';
import { line, tell } from '../../support/paired-lines.ts';
import { pairwise } from '../../support/pairwise.ts';
import { twoChanges } from '../../support/two-changes.ts';

const arn = (name: string): string => `arn:aws:iam::444455556666:role/${name}`;

test('Issuers of cert-manager', async () => {
  const secret = { name: 'keys' };
  const parts = {
    kind: ['Issuer', 'ClusterIssuer'],
    namespace: ['shop', undefined, ''],
    role: [arn('zones'), undefined, null, '', 7],
    keys: [
      {},
      { accessKeyID: 'AKIA' },
      { accessKeyID: '' },
      { accessKeyIDSecretRef: secret },
      { secretAccessKeySecretRef: secret },
      { secretAccessKeySecretRef: null, accessKeyIDSecretRef: 7 },
    ],
    auth: [
      undefined,
      null,
      {},
      { kubernetes: null },
      { kubernetes: { serviceAccountRef: null } },
      { kubernetes: { serviceAccountRef: { name: 'solver' } } },
      { kubernetes: { serviceAccountRef: { name: 'solver', audiences: [] } } },
      { kubernetes: { serviceAccountRef: { name: 'solver', namespace: 'other', audiences: null } } },
      { kubernetes: { serviceAccountRef: { name: 'solver', audiences: ['a', 'b'] } } },
    ],
    ambient: [undefined, [], ['Issuer'], ['ClusterIssuer'], ['ClusterIssuer', 'Issuer']],
    clusterNamespace: [undefined, 'issuers'],
  };
  await twoChanges('issuer', parts, ({ kind, namespace, role, keys, auth, ambient, clusterNamespace }) => {
    const controller = { name: 'cert-manager', ...JSON.parse(JSON.stringify({ ambient, clusterNamespace })) };
    const route53 = { ...keys, role, auth };
    const solvers = [{ http01: {} }, { dns01: null }, { dns01: { route53 } }, { dns01: { route53: null } }];
    return takeIssuer(kind, controller)({ metadata: { name: 'letsencrypt', namespace }, spec: { acme: { solvers } } });
  });
});

test('stores of External Secrets', async () => {
  const parts = {
    namespace: ['shop', undefined],
    role: [arn('keys'), undefined, null, ''],
    additionalRoles: [undefined, null, [], [arn('a')], ['', arn('a'), arn('b')], [arn('keys')]],
    sessionTags: [undefined, null, [], [{ key: 'a', value: 'b' }]],
    auth: [
      undefined,
      null,
      {},
      { jwt: null },
      { jwt: { serviceAccountRef: null } },
      { jwt: { serviceAccountRef: { name: 'reader' } } },
      { jwt: { serviceAccountRef: { name: 'reader', namespace: null } } },
      { jwt: { serviceAccountRef: { name: 'reader', namespace: 'vault' } } },
      { secretRef: {} },
      { secretRef: {}, jwt: { serviceAccountRef: { name: 'reader', namespace: 'vault' } } },
    ],
  };
  await twoChanges('store', parts, ({ namespace, ...aws }) =>
    takeSecretStore('SecretStore', { name: 'external-secrets' })({
      metadata: { name: 'aws', namespace },
      spec: { provider: { aws } },
    }),
  );
});

test('configurations of Crossplane', async () => {
  const path = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
  const parts = {
    namespace: [undefined, 'shop'],
    source: ['WebIdentity', undefined, null, 'IRSA', 'PodIdentity', 'Secret', 'Upbound'],
    roleARN: [arn('web'), undefined, null, ''],
    tokenConfig: [
      undefined,
      null,
      { source: 'Filesystem', fs: { path } },
      { source: 'Filesystem', fs: { path: '/other' } },
      { source: 'Filesystem', fs: null },
      { source: 'Secret', fs: { path } },
      {},
    ],
    assumeRoleChain: [
      undefined,
      null,
      [],
      [{ roleARN: arn('a') }],
      [{ roleARN: null }, { roleARN: arn('a'), tags: [] }, { roleARN: arn('b'), tags: [{ key: 'a', value: 'b' }] }],
    ],
  };
  await twoChanges('configuration', parts, ({ namespace, source, roleARN, tokenConfig, assumeRoleChain }) =>
    takeProviderConfig('ProviderConfig', { name: 'crossplane' })({
      metadata: { name: 'default', namespace },
      spec: { credentials: { source, webIdentity: { roleARN, tokenConfig } }, assumeRoleChain },
    }),
  );
});

test('authentications of KEDA', async () => {
  const parts = {
    namespace: [undefined, 'shop'],
    provider: ['aws', undefined, 'aws-eks', 'azure-workload'],
    roleArn: [arn('queue'), undefined, null, '', 7],
    identityOwner: [undefined, null, '', 'keda', 'workload'],
  };
  await twoChanges('authentication', parts, ({ namespace, ...podIdentity }) =>
    takeTriggerAuthentication('TriggerAuthentication', { name: 'keda' })({
      metadata: { name: 'queue', namespace },
      spec: { podIdentity },
    }),
  );
});

test('items that are none of them, and more roles than are looked at', () => {
  const metadata = { name: 'x' };
  const chain = (count: number) => Array.from({ length: count }, (_, at) => ({ roleARN: arn(`r-${at}`) }));
  const take = takeProviderConfig('ProviderConfig', { name: 'crossplane' });
  const items = [
    ...[null, 7, [], {}, { metadata }, { metadata, spec: null }, { metadata, spec: {} }],
    ...[{ name: '' }, { name: 7 }, { name: 'x', namespace: 'Not A Name' }, {}].map(other => ({
      ...{ metadata: other, spec: { credentials: { source: 'IRSA' } } },
    })),
  ];
  tell(
    'items',
    items.map(item => line(item, take(item as never))),
  );
  const spec = (count: number) => ({ credentials: { source: 'IRSA' }, assumeRoleChain: chain(count) });
  expect(take({ metadata, spec: spec(100) })).toMatchObject({ keep: { length: 100 } });
  expect(take({ metadata, spec: spec(101) })).toEqual({ bad: 'an item is not a ProviderConfig' });
});

test('which controller a pod is', async () => {
  const solver = '--acme-http01-solver-image=quay.io/jetstack/cert-manager-acmesolver:v1';
  const parts = {
    namespace: ['cert-manager', 'other'],
    ambient: [
      ...[[], ['--issuer-ambient-credentials'], ['--issuer-ambient-credentials=true']],
      ...[
        ['--issuer-ambient-credentials=false'],
        ['--issuer-ambient-credentials=false', '--issuer-ambient-credentials'],
      ],
      ['--issuer-ambient-credentials-not=true'],
    ],
    cluster: [
      ...[[], ['--cluster-issuer-ambient-credentials'], ['--cluster-issuer-ambient-credentials=false']],
      ['--cluster-issuer-ambient-credentials=false', '--cluster-issuer-ambient-credentials=true'],
    ],
    place: [
      ...[[], ['--cluster-resource-namespace=$(POD_NAMESPACE)'], ['--cluster-resource-namespace=']],
      ...[['--cluster-resource-namespace=a', '--cluster-resource-namespace=b'], ['--cluster-resource-namespace']],
    ],
  };
  await twoChanges('cert-manager', parts, ({ namespace, ambient, cluster, place }) =>
    controllerOf([{ image: 'other', args: null }, { args: [solver, ...ambient, ...cluster, ...place] }], namespace),
  );
  const images = {
    image: [
      ...['ghcr.io/external-secrets/external-secrets:v1', 'external-secrets', 'mirror/external-secrets@sha256:0'],
      ...[
        'external-secrets/reloader:v1',
        'my-external-secrets:v1',
        'external-secrets-webhook',
        'ghcr.io/kedacore/keda',
      ],
      ...['keda-metrics-apiserver:2', 'xpkg.io/upbound/provider-aws-s3:v1', 'provider-family-aws', 'provider-aws'],
      ...['provider-awsx', 'provider-aws-', 'provider-gcp-storage:v1', '', null, undefined],
    ],
    args: [undefined, null, [], ['webhook'], ['certcontroller'], ['--x', 'webhook'], ['controller']],
    before: [[], [{ image: 'sidecar' }], [{ image: 'ghcr.io/external-secrets/external-secrets', args: ['webhook'] }]],
  };
  await twoChanges('images', images, ({ image, args, before }) => controllerOf([...before, { image, args }], 'x'));
});

test('what is read where some kinds are refused, not served or too slow', async () => {
  const failures = ['served', 'denied', 'not-found', 'timed-out'];
  const parts = {
    ...{ clusterissuers: failures, issuers: failures, secretstores: failures, clustersecretstores: failures },
    pods: ['complete', 'partial'],
  };
  const controllers: readonly PodController[] = [
    { name: 'external-secrets' },
    { name: 'cert-manager', ambient: ['Issuer'], clusterNamespace: 'first' },
    { name: 'cert-manager', ambient: [], clusterNamespace: 'second' },
  ];
  const items: Readonly<Record<string, object>> = {
    issuers: {
      metadata: { name: 'i', namespace: 'shop' },
      spec: { acme: { solvers: [{ dns01: { route53: { role: arn('zones') } } }] } },
    },
    clusterissuers: { metadata: { name: 'c' }, spec: 7 },
    secretstores: { metadata: { name: 's', namespace: 'shop' }, spec: { provider: { aws: { role: arn('keys') } } } },
    clustersecretstores: { metadata: { name: 't' }, spec: { provider: { aws: { role: arn('keys') } } } },
  };
  const kinds: Readonly<Record<string, string>> = {
    ...{ issuers: 'Issuer', clusterissuers: 'ClusterIssuer' },
    ...{ secretstores: 'SecretStore', clustersecretstores: 'ClusterSecretStore' },
  };
  const lines: string[] = [];
  for (const form of pairwise(parts)) {
    const asked: string[] = [];
    const send = async ({ path }: ApiCall): Promise<ApiResult> => {
      const [, version = '', resource = ''] = /^\/apis\/(.+)\/(\w+)(?:\?|$)/.exec(path) ?? [];
      asked.push(`${version}/${resource}`);
      const kind = version.endsWith('v1beta1') ? 'not-found' : String(form[resource]);
      if (kind === 'served')
        return {
          ok: true,
          body: { kind: `${kinds[resource]}List`, apiVersion: version, metadata: {}, items: [items[resource]] },
        };
      const reason = {
        kind: kind as 'denied' | 'not-found' | 'timed-out',
        operation: `list ${resource}`,
        message: '403',
      };
      return { ok: false, reason };
    };
    const pods = controllers.map(controller => aPod({ controller }));
    const gap = { what: 'pods', reason: { kind: 'timed-out' as const, operation: 'list pods', message: 'slow' } };
    const read = form.pods === 'complete' ? complete(pods) : withGaps(pods, [gap]);
    const answer = await readControllerRoles({ send, close: () => undefined }, read);
    lines.push(line(form, [answer, asked]));
  }
  tell('kinds', lines);
});
