/** Objects of an API server that are odd, empty or of another kind: kept as far as they can be read, or told. */
import { describe, expect, test } from '@jest/globals';
import { takePod as takePodAlone } from '../../../lib/collect/kubernetes/parse-pod.ts';
import {
  takeNamespace,
  takeServiceAccount as takeServiceAccountAlone,
} from '../../../lib/collect/kubernetes/parse-service-account.ts';
import { parseWebhook as parseWebhookAlone, selectorKeys } from '../../../lib/collect/kubernetes/parse-webhook.ts';
import { notAskedFor } from '../../../lib/model/collected.ts';
import type { PodController } from '../../../lib/model/controller-role.ts';
import { recorded } from '../../support/whole/whole.ts';

const takePod = recorded('takePod', takePodAlone);
const takeServiceAccount = recorded('takeServiceAccount', takeServiceAccountAlone);
const parseWebhook = recorded('parseWebhook', parseWebhookAlone);

describe('a pod', () => {
  const pod = (spec: object, metadata: object = {}, more: object = {}) => {
    const taken = takePod(new Set(['team']))({
      metadata: { name: 'p', namespace: 'n', ...metadata },
      spec: { containers: [], ...spec },
      ...more,
    });
    return 'keep' in taken ? taken.keep : taken;
  };

  test('with nothing but its name is one of the default account, of nobody', () => {
    expect(pod({})).toEqual({
      namespace: 'n',
      name: 'p',
      phase: 'Unknown',
      serviceAccount: 'default',
      hostNetwork: false,
      isMirror: false,
      isWindows: false,
      labels: {},
      annotations: {},
      containers: [],
      volumes: [],
    });
  });

  test.each<readonly [what: string, spec: object, metadata: object, kept: object]>([
    ['Windows by its system', { os: { name: 'windows' } }, {}, { isWindows: true }],
    ['Windows by its selector', { nodeSelector: { 'kubernetes.io/os': 'windows' } }, {}, { isWindows: true }],
    ['Windows by the old selector', { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }, {}, { isWindows: true }],
    ['Fargate by its scheduler', { schedulerName: 'fargate-scheduler' }, {}, { onFargate: true }],
    [
      'a profile of Fargate that is only named',
      { schedulerName: 'default-scheduler' },
      { labels: { 'eks.amazonaws.com/fargate-profile': 'x' } },
      { labels: { 'eks.amazonaws.com/fargate-profile': 'x' } },
    ],
    [
      'Linux',
      { os: { name: 'linux' }, nodeSelector: {}, hostNetwork: true },
      {},
      { isWindows: false, hostNetwork: true },
    ],
    [
      'an identity',
      { securityContext: { runAsUser: 0, runAsNonRoot: false, fsGroup: 0 } },
      {},
      { runAsUser: 0, runAsNonRoot: false, fsGroup: 0 },
    ],
    [
      'a mirror',
      {},
      { annotations: { 'kubernetes.io/config.mirror': 'x', 'eks.amazonaws.com/a': '1' } },
      { isMirror: true, annotations: { 'eks.amazonaws.com/a': '1' } },
    ],
    [
      'labels',
      {},
      { labels: { team: 'a', 'eks.amazonaws.com/b': '1', secret: 'x' } },
      { labels: { team: 'a', 'eks.amazonaws.com/b': '1' } },
    ],
    [
      'an owner that does not control',
      {},
      { ownerReferences: [{ kind: 'Workflow', name: 'w' }] },
      { owner: { kind: 'Workflow', name: 'w' } },
    ],
    [
      'two owners, of which one controls',
      {},
      {
        ownerReferences: [
          { kind: 'A', name: 'a' },
          { kind: 'Job', name: 'b', controller: true },
        ],
        creationTimestamp: '2026-11-01T00:00:00Z',
      },
      { owner: { kind: 'Job', name: 'b' }, createdAt: '2026-11-01T00:00:00Z' },
    ],
    [
      'token volumes: those of AWS, and those with an audience',
      {
        volumes: [
          { name: 'aws-iam-token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }, {}] } },
          {
            name: 'vault',
            projected: { sources: [{ serviceAccountToken: { audience: 'vault', expirationSeconds: 600 } }] },
          },
          { name: 'kube-api-access-x', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
          { name: 'none', projected: {} },
          { name: 'data' },
        ],
      },
      {},
      {
        volumes: [
          { name: 'aws-iam-token', audience: '', path: 'token' },
          { name: 'vault', audience: 'vault', path: '', expirationSeconds: 600 },
        ],
      },
    ],
  ])('%s', (_, spec, metadata, kept) => {
    expect(pod(spec, metadata)).toMatchObject(kept);
  });

  test('of a container it keeps what is of AWS, and no value of a secret', () => {
    const container = {
      name: 'c',
      env: [
        { name: 'AWS_ROLE_ARN' },
        { name: 'AWS_REGION', value: 'eu-west-1' },
        { name: 'AWS_SECRET_ACCESS_KEY', value: 's3cret' },
        { name: 'PASSWORD', value: 's3cret' },
      ],
      envFrom: [{}],
      volumeMounts: [
        { name: 'home', mountPath: '/home/app/.aws' },
        { name: 'data', mountPath: '/data' },
      ],
      securityContext: { runAsUser: 7 },
    };
    const kept = pod({
      containers: [{ name: 'plain', env: null, envFrom: null, volumeMounts: null }],
      initContainers: [container],
    });
    expect(kept).toMatchObject({
      containers: [
        {
          name: 'c',
          init: true,
          awsVariables: ['AWS_ROLE_ARN', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY'],
          irsaEnvironment: { AWS_ROLE_ARN: '', AWS_REGION: 'eu-west-1' },
          hasEnvFrom: true,
          mounts: { home: '/home/app/.aws' },
          runAsUser: 7,
        },
        { name: 'plain', init: false, awsVariables: [], irsaEnvironment: {}, hasEnvFrom: false, mounts: {} },
      ],
    });
    expect(JSON.stringify(kept)).not.toContain('s3cret');
  });

  test.each(['Succeeded', 'Failed'])('that is %s asks for no credentials any more', phase => {
    expect(pod({}, {}, { status: { phase } })).toEqual({ skip: true });
  });

  test('that is being deleted is no finding: it ends by itself', () => {
    expect(pod({}, { deletionTimestamp: '2026-11-01T05:59:00Z' })).toEqual({ skip: true });
    expect(pod({}, { deletionTimestamp: null })).not.toEqual({ skip: true });
  });

  test.each([[null], ['x'], [{}], [{ metadata: { name: 5 } }]])('%j is none', item => {
    expect(takePod(new Set())(item)).toEqual({ bad: 'an item is not a pod' });
  });
});

describe('a service account and a namespace', () => {
  const fields = (time: string | undefined, key: string) => ({
    ...(time === undefined ? {} : { time }),
    fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } },
  });
  const account = (metadata: object) => takeServiceAccount({ metadata: { name: 'a', namespace: 'n', ...metadata } });

  test.each<readonly [what: string, metadata: object, annotatedAt: string | undefined]>([
    ['nobody says', {}, undefined],
    ['null', { managedFields: null }, undefined],
    ['fields that cannot be read are no fault of the account', { managedFields: 'x' }, undefined],
    ['of another annotation', { managedFields: [fields('2026-01-01T00:00:00Z', 'other'), {}] }, undefined],
    ['without a time', { managedFields: [fields(undefined, 'eks.amazonaws.com/role-arn')] }, undefined],
    [
      'the earliest owner bounds it',
      {
        managedFields: [
          fields('2026-02-01T00:00:00Z', 'eks.amazonaws.com/role-arn'),
          fields('2026-01-01T00:00:00Z', 'eks.amazonaws.com/role-arn'),
        ],
      },
      '2026-01-01T00:00:00Z',
    ],
  ])('when the annotation was written: %s', (_, metadata, annotatedAt) => {
    const taken = account(metadata);
    expect('keep' in taken && taken.keep.annotatedAt).toBe(annotatedAt);
  });

  test('keep what bears on IRSA, near misses too', () => {
    expect(
      account({
        creationTimestamp: '2026-01-01T00:00:00Z',
        annotations: { 'eks.amazonaws.com/role-arn': 'r', 'eks.amazonaws.com/role-am': 'm', note: 'x' },
        labels: { app: 'x', 'eks.amazonaws.com/role-arn': 'l' },
      }),
    ).toMatchObject({
      keep: {
        createdAt: '2026-01-01T00:00:00Z',
        annotations: { 'eks.amazonaws.com/role-arn': 'r', 'eks.amazonaws.com/role-am': 'm' },
        labels: { 'eks.amazonaws.com/role-arn': 'l' },
      },
    });
  });

  test.each([[{}], [{ metadata: { name: 'a' } }], [7]])('%j is no account', item => {
    expect(takeServiceAccount(item)).toEqual({ bad: 'an item is not a service account' });
  });

  test('a namespace: ending, labelled, or none', () => {
    const take = takeNamespace(new Set(['env']));
    const labels = { env: 'prod', Owner: 'team', 'kubernetes.io/metadata.name': 'n', other: 'x' };
    expect(take({ metadata: { name: 'n', labels, deletionTimestamp: '2026-01-01T00:00:00Z' } })).toEqual({
      keep: {
        name: 'n',
        labels: { env: 'prod', Owner: 'team', 'kubernetes.io/metadata.name': 'n' },
        terminating: true,
      },
    });
    expect(take({ metadata: { name: 'n' } })).toEqual({ keep: { name: 'n', labels: {}, terminating: false } });
    expect(take({})).toEqual({ bad: 'an item is not a namespace' });
  });
});

test.each([
  ['by its label', { labels: { 'app.kubernetes.io/name': 'eks-pod-identity-agent' } }, 'x', true],
  ['by its image', {}, '602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/eks-pod-identity-agent:0.1.33', true],
  ['by the image of a mirror', {}, 'registry.example:5000/mirror/eks-pod-identity-agent@sha256:00', true],
  ['not by an image of another name', {}, 'registry.example/not-eks-pod-identity-agent-test:1', undefined],
  ['not by another label', { labels: { app: 'eks-pod-identity-agent' } }, 'x', undefined],
])('the agent of Pod Identity is known %s', (_, metadata, image, expected) => {
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'kube-system', ...metadata },
    spec: { containers: [{ name: 'c', image }] },
  });
  expect('keep' in taken && taken.keep.isPodIdentityAgent).toBe(expected);
});

describe('a webhook configuration', () => {
  const described = { kind: 'MutatingWebhookConfiguration', metadata: { name: 'pod-identity-webhook' } };

  test.each<readonly [what: string, body: unknown]>([
    ['nothing', undefined],
    ['{}', {}],
    ['one without name', { ...described, metadata: {} }],
    ['one of another name', { ...described, metadata: { name: 'x' } }],
    ['a Status', { kind: 'Status', metadata: described.metadata }],
    ['one whose webhooks are a map', { ...described, webhooks: {} }],
  ])('is none where %s came', (_, body) => {
    expect(parseWebhook(body)).toBeUndefined();
  });

  test('by service, with all that a rule asks for', () => {
    const service = { namespace: 'kube-system', name: 'w', path: '/mutate', port: 8443 };
    const parsed = parseWebhook({
      ...described,
      webhooks: [
        {
          name: 'w',
          clientConfig: { service, caBundle: 'bm9uZQ==' },
          failurePolicy: 'Ignore',
          admissionReviewVersions: ['v1'],
          rules: [
            { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' },
            {},
          ],
          namespaceSelector: { matchLabels: { env: 'prod' } },
          objectSelector: { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] },
          matchConditions: [{}],
        },
      ],
    });
    expect(parsed?.webhooks[0]).toEqual({
      name: 'w',
      service: { ...service, ready: notAskedFor('list endpointslices') },
      caBundle: 'bm9uZQ==',
      caCertificates: {
        status: 'unavailable',
        reason: {
          kind: 'invalid',
          operation: 'clientConfig.caBundle of w',
          message: 'it is not base64 of PEM certificates',
        },
      },
      failurePolicy: 'Ignore',
      admissionReviewVersions: ['v1'],
      rules: [
        { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' },
        { operations: [], apiGroups: [], apiVersions: [], resources: [] },
      ],
      namespaceSelector: { matchLabels: { env: 'prod' }, matchExpressions: [] },
      objectSelector: { matchLabels: {}, matchExpressions: [{ key: 'skip', operator: 'DoesNotExist', values: [] }] },
      matchConditions: [{ name: '', expression: '' }],
    });
    expect([selectorKeys(parsed, 'namespaceSelector'), selectorKeys(parsed, 'objectSelector')]).toEqual([
      new Set(['env']),
      new Set(['skip']),
    ]);
  });

  test('that says nothing has an empty bundle, and no entries are none', () => {
    const parsed = parseWebhook({
      ...described,
      webhooks: [{ name: 'w', clientConfig: { service: { namespace: 'n', name: 's' } } }, { name: 'v' }],
    });
    expect(parsed?.webhooks[0]).toMatchObject({
      service: { namespace: 'n', name: 's' },
      caCertificates: { reason: { message: 'it is empty' } },
      matchConditions: [],
    });
    const reason = { kind: 'invalid', operation: 'clientConfig.caBundle of v', message: 'it is empty' };
    const selectAll = { matchLabels: {}, matchExpressions: [] };
    const bare = {
      ...{ name: 'v', caCertificates: { status: 'unavailable', reason }, admissionReviewVersions: [], rules: [] },
      ...{ namespaceSelector: selectAll, objectSelector: selectAll, matchConditions: [] },
    };
    expect(parsed?.webhooks[1]).toEqual(bare);
    const emptied = { name: 'v', clientConfig: { url: 'https://x', caBundle: '' } };
    expect(parseWebhook({ ...described, webhooks: [emptied] })?.webhooks).toEqual([
      { ...bare, url: 'https://x', caBundle: '' },
    ]);
    expect(parseWebhook(described)).toEqual({ name: 'pod-identity-webhook', webhooks: [] });
    expect(selectorKeys(undefined, 'objectSelector').size).toBe(0);
  });
});

test.each([
  ['AWS', 'public.ecr.aws/aws-secrets-manager/secrets-store-csi-driver-provider-aws:2.1.1', 'aws'],
  ['AWS, from a mirror', 'registry.example/mirror/secrets-store-csi-driver-provider-aws@sha256:00', 'aws'],
  ['Vault', 'docker.io/hashicorp/vault-csi-provider:1.5.0', 'other'],
  ['Google', 'gcr.io/x/secrets-store-csi-driver-provider-gcp:v1.8.0', 'other'],
  ['Azure', 'mcr.microsoft.com/oss/azure/secrets-store/provider-azure:v1.7.2', 'other'],
  ['nobody: the driver itself', 'registry.k8s.io/csi-secrets-store/driver:v1.5.4', undefined],
])('a provider of secrets of %s is known by its image', (_, image, expected) => {
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'kube-system' },
    spec: { containers: [{ name: 'c', image }] },
  });
  expect('keep' in taken && taken.keep.secretsProvider).toBe(expected);
});

test('the network plugin that enforces policies, an interface of its own and a proxy are kept as marks alone', () => {
  const kept = (container: object, annotations = {}) => {
    const taken = takePod(new Set())({
      metadata: { name: 'a', namespace: 'x', annotations },
      spec: { containers: [{ name: 'c', ...container }] },
    });
    if (!('keep' in taken)) throw new Error('not kept');
    const { enforcesPolicies, hasOwnInterface, annotations: left, containers } = taken.keep;
    return [enforcesPolicies, hasOwnInterface, left, containers[0]?.hasProxy];
  };
  expect(kept({ args: ['--enable-network-policy=true'] })).toEqual([true, undefined, {}, undefined]);
  expect(kept({ args: ['--enable-network-policy=false'] })).toEqual([undefined, undefined, {}, undefined]);
  expect(kept({ args: 7 }, { 'vpc.amazonaws.com/pod-eni': '[]' })).toEqual([undefined, true, {}, undefined]);
  expect(kept({ env: [{ name: 'https_proxy', value: 'http://user:word@proxy' }] })).toEqual([
    ...[undefined, undefined, {}],
    true,
  ]);
});

test.each<[string, unknown, string | undefined]>([
  ['with an equals sign', ['--provider=aws', '--aws-assume-role=arn:aws:iam::1:role/dns'], 'arn:aws:iam::1:role/dns'],
  ['as the next argument', ['--aws-assume-role', 'arn:aws:iam::1:role/dns'], 'arn:aws:iam::1:role/dns'],
  ['of another argument', ['--aws-assume-role-external-id=arn:x'], undefined],
  ['without a value', ['--aws-assume-role'], undefined],
  ['empty', ['--aws-assume-role=', 'arn:aws:iam::1:role/dns'], undefined],
  ['of a form that is none of arguments', 7, undefined],
])('the role that --aws-assume-role names: %s', (_title, args, expected) => {
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'x' },
    spec: { containers: [{ name: 'c', args }] },
  });
  expect('keep' in taken && taken.keep.containers[0]?.assumesRole).toBe(expected);
});

const solver = '--acme-http01-solver-image=quay.io/jetstack/cert-manager-acmesolver:v1.18.2';
test.each<[string, string, readonly string[], PodController | undefined]>([
  [
    'cert-manager by its chart',
    'quay.io/jetstack/cert-manager-controller:v1.18.2',
    ['--v=2', '--cluster-resource-namespace=$(POD_NAMESPACE)', solver],
    { name: 'cert-manager', ambient: ['ClusterIssuer'], clusterNamespace: 'x' },
  ],
  [
    'cert-manager with credentials for Issuers, and none for ClusterIssuers',
    'a',
    [solver, '--issuer-ambient-credentials', '--cluster-issuer-ambient-credentials=false'],
    { name: 'cert-manager', ambient: ['Issuer'], clusterNamespace: 'kube-system' },
  ],
  [
    'cert-manager with another namespace',
    'a',
    [solver, '--cluster-resource-namespace=issuers', '--issuer-ambient-credentials=true'],
    { name: 'cert-manager', ambient: ['ClusterIssuer', 'Issuer'], clusterNamespace: 'issuers' },
  ],
  ['another program of cert-manager', 'a', ['--v=2', '--secure-port=10250'], undefined],
  [
    'External Secrets',
    'ghcr.io/external-secrets/external-secrets:v0.20.1',
    ['--loglevel=info'],
    { name: 'external-secrets' },
  ],
  ['its webhook', 'ghcr.io/external-secrets/external-secrets:v0.20.1', ['webhook', '--port=10250'], undefined],
  ['its certificates', 'ghcr.io/external-secrets/external-secrets:v0.20.1', ['certcontroller'], undefined],
  ['KEDA', 'registry.example.com/mirror/kedacore/keda@sha256:1', [], { name: 'keda' }],
  ['its metrics server', 'ghcr.io/kedacore/keda-metrics-apiserver:2.18', [], undefined],
  ['a provider of Crossplane', 'xpkg.upbound.io/upbound/provider-aws-s3:v2.1.0', [], { name: 'crossplane' }],
  ['the provider of its family', 'xpkg.upbound.io/upbound/provider-family-aws:v2.1.0', [], { name: 'crossplane' }],
  ['a provider of another cloud', 'xpkg.upbound.io/upbound/provider-azure-storage:v2', [], undefined],
])('a pod of a controller: %s', (_title, image, args, expected) => {
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'x' },
    spec: { containers: [{ name: 'c', image, args }] },
  });
  expect('keep' in taken && taken.keep.controller).toEqual(expected);
});

test('a volume of the secrets driver is kept, and that of another driver is not', () => {
  const kept = (driver: unknown) => {
    const taken = takePod(new Set())({
      metadata: { name: 'a', namespace: 'x' },
      spec: { containers: [{ name: 'c' }], volumes: [{ name: 'v', csi: { driver } }] },
    });
    return 'keep' in taken && taken.keep.mountsSecretsStore;
  };
  expect([kept('secrets-store.csi.k8s.io'), kept('ebs.csi.aws.com'), kept(7)]).toEqual([true, undefined, undefined]);
});

test.each([
  ['no mount', '/var/run/secrets/eks.amazonaws.com/serviceaccount/token', [], true],
  ['a mount of another name', '/var/run/secrets/sts/token', ['/var/run/secrets/other'], true],
  ['a mount whose name begins alike', '/var/run/secrets/sts/token', ['/var/run/secrets/st'], true],
  ['its mount', '/var/run/secrets/sts/token', ['/var/run/secrets/sts'], undefined],
  ['its mount by the other path', '/run/secrets/sts/token', ['/var/run/secrets/sts/'], undefined],
  ['a mount of the file itself', '/var/run/secrets/sts/token', ['/var/run/secrets/sts/token'], undefined],
  ['a place where a program may write', '/tmp/token', [], undefined],
])('a token file with %s', (_, value, mounts, expected) => {
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'x' },
    spec: {
      containers: [
        {
          name: 'c',
          env: [{ name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value }],
          volumeMounts: mounts.map((mountPath, at) => ({ name: `v${at}`, mountPath })),
        },
      ],
    },
  });
  expect('keep' in taken && taken.keep.containers[0]?.tokenFileUnmounted).toBe(expected);
});

test('sources of variables are kept by name, and nothing that is in them', () => {
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'x' },
    spec: {
      containers: [
        { name: 'c', envFrom: [{ secretRef: { name: 's' } }, { configMapRef: { name: 'm' } }, { secretRef: 7 }, 7] },
      ],
    },
  });
  expect('keep' in taken && taken.keep.containers[0]?.environmentFrom).toEqual(['Secret s', 'ConfigMap m']);
});
