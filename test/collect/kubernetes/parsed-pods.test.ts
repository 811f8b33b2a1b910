/** Each field of a pod and of a container, whole: what it adds to a pod without it, and what does not. */
import { describe, expect, test } from '@jest/globals';
import { containerItem, containerOf } from '../../../lib/collect/kubernetes/parse-container.ts';
import { podOwnerOf, takePod } from '../../../lib/collect/kubernetes/parse-pod.ts';

const podOf = (spec: object, metadata: object = {}) => {
  const taken = takePod(new Set())({
    metadata: { name: 'p', namespace: 'n', ...metadata },
    spec: { containers: [], ...spec },
    status: { phase: 'Running' },
  });
  if (!('keep' in taken)) throw new Error('no pod');
  return taken.keep;
};
/** What a pod has beside, or instead of, a pod without anything. */
const more = (spec: object, metadata: object = {}) => {
  const plain: Readonly<Record<string, unknown>> = { ...podOf({}) };
  const found = Object.entries(podOf(spec, metadata));
  return Object.fromEntries(
    found.filter(
      ([name, value]) =>
        !['containers', 'volumes'].includes(name) && JSON.stringify(value) !== JSON.stringify(plain[name]),
    ),
  );
};
const withImage = (image: string) => ({ containers: [{ name: 'c', image }] });
const withArgs = (...args: readonly string[]) => ({ containers: [{ name: 'c' }, { name: 'd', args }] });
const tokenVolume = (token: object) => ({
  volumes: [{ name: 'v', projected: { sources: [{ configMap: {} }, { serviceAccountToken: token }] } }],
});

const askingAgent = {
  containers: [
    { name: 'c', env: [{ name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' }] },
  ],
};

test.each<readonly [unknown, string, boolean | undefined]>([
  [[{ type: 'Ready', status: 'True' }], 'Running', true],
  [[{ type: 'Ready', status: 'False' }], 'Running', false],
  [[{ type: 'Ready', status: 'Unknown' }], 'Running', false],
  [[{ type: 'Initialized', status: 'True' }], 'Running', undefined],
  [undefined, 'Running', undefined],
  [undefined, 'Pending', false],
  ['nonsense', 'Running', undefined],
])('an agent with conditions %j that is %s is ready: %s', (conditions, phase, expected) => {
  const taken = takePod(new Set())({
    metadata: { name: 'p', namespace: 'n' },
    spec: withImage('eks-pod-identity-agent:v1'),
    status: { phase, ...(conditions === undefined ? {} : { conditions }) },
  });
  expect('keep' in taken && taken.keep.ready).toBe(expected);
});

test.each<readonly [string, object, object, object]>([
  ['its token for the API server', tokenVolume({ path: 'token' }), {}, { apiToken: 'mounted' }],
  [
    'its token for the API server, which it mounts itself',
    { ...tokenVolume({ path: 'token' }), automountServiceAccountToken: false },
    {},
    { apiToken: 'mounted' },
  ],
  ['no token, by its own choice', { automountServiceAccountToken: false }, {}, { apiToken: 'off' }],
  ['a token for somebody else', tokenVolume({ audience: 'vault' }), {}, {}],
  ['a token if nobody chooses', { automountServiceAccountToken: true }, {}, {}],
  [
    'the agent of Pod Identity, by its label',
    {},
    { labels: { 'app.kubernetes.io/name': 'eks-pod-identity-agent' } },
    { isPodIdentityAgent: true },
  ],
  [
    'the agent, by its image',
    withImage('1.dkr.ecr.eu-west-1.amazonaws.com/eks/eks-pod-identity-agent:v1'),
    {},
    { isPodIdentityAgent: true },
  ],
  ['the agent, by a digest', withImage('eks-pod-identity-agent@sha256:1'), {}, { isPodIdentityAgent: true }],
  ['an image that is only named like it', withImage('x/eks-pod-identity-agent-tool:v1'), {}, {}],
  [
    'the agent, with its node',
    { ...withImage('eks-pod-identity-agent:v1'), nodeName: 'a' },
    {},
    { isPodIdentityAgent: true, node: 'a' },
  ],
  ['a pod that asks the agent, with its node', { ...askingAgent, nodeName: 'a' }, {}, { node: 'a' }],
  ['another pod, without its node', { nodeName: 'a' }, {}, {}],
  [
    'cert-manager',
    withArgs('--acme-http01-solver-image=x'),
    {},
    { controller: { name: 'cert-manager', ambient: ['ClusterIssuer'], clusterNamespace: 'kube-system' } },
  ],
  ['a flag of cert-manager without a value', withArgs('--acme-http01-solver-image'), {}, {}],
  ['policies that are enforced', withArgs('--enable-network-policy=true'), {}, { enforcesPolicies: true }],
  ['policies that are not', withArgs('--enable-network-policy=false'), {}, {}],
  ['an interface of its own', {}, { annotations: { 'vpc.amazonaws.com/pod-eni': '[]' } }, { hasOwnInterface: true }],
  [
    'secrets of a store',
    { volumes: [{ name: 'v', csi: { driver: 'secrets-store.csi.k8s.io' } }] },
    {},
    { mountsSecretsStore: true },
  ],
  ['another driver', { volumes: [{ name: 'v', csi: { driver: 'ebs.csi.aws.com' } }] }, {}, {}],
  [
    'the provider of AWS',
    withImage('public.ecr.aws/aws-secrets-manager/secrets-store-csi-driver-provider-aws:1'),
    {},
    { secretsProvider: 'aws' },
  ],
  ['the provider of Google', withImage('x/secrets-store-csi-driver-provider-gcp:1'), {}, { secretsProvider: 'other' }],
  ['the provider of Vault', withImage('hashicorp/vault-csi-provider:1'), {}, { secretsProvider: 'other' }],
  ['the provider of Azure', withImage('oss/azure/secrets-store/provider-azure:v1'), {}, { secretsProvider: 'other' }],
  [
    'two providers, of which one is of AWS',
    {
      containers: [
        { name: 'a', image: 'provider-azure:1' },
        { name: 'b', image: 'secrets-store-csi-driver-provider-aws:1' },
      ],
    },
    {},
    { secretsProvider: 'aws' },
  ],
  ['a service account', { serviceAccountName: 'cart' }, {}, { serviceAccount: 'cart' }],
  ['an empty service account', { serviceAccountName: undefined }, {}, {}],
  ['the network of its node', { hostNetwork: true }, {}, { hostNetwork: true }],
  [
    'Helm',
    {},
    {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'cart', 'meta.helm.sh/release-namespace': 'n' },
    },
    { managedBy: expect.objectContaining({ tool: expect.stringMatching(/helm/i) }) },
  ],
])('a pod with %s', (_, spec, metadata, fields) => {
  expect(more(spec, metadata)).toEqual(fields);
});

describe('the owner of a pod', () => {
  const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
  const due = 29_900_000;
  const replicaSet = { kind: 'ReplicaSet', name: 'cart-5f8d' };
  const job = (name: string) => ({ kind: 'Job', name });
  test.each<
    [
      string,
      { kind: string; name: string } | undefined,
      Readonly<Record<string, string>>,
      string | undefined,
      object | undefined,
    ]
  >([
    ['nobody', undefined, {}, undefined, undefined],
    [
      'a Deployment, by its hash',
      replicaSet,
      { 'pod-template-hash': '5f8d' },
      undefined,
      { kind: 'Deployment', name: 'cart' },
    ],
    [
      'a Rollout, by its own hash',
      replicaSet,
      { 'rollouts-pod-template-hash': '5f8d' },
      undefined,
      { kind: 'Rollout', name: 'cart' },
    ],
    ['a ReplicaSet of another hash', replicaSet, { 'pod-template-hash': '5f8' }, undefined, replicaSet],
    ['a ReplicaSet without a hash', replicaSet, {}, undefined, replicaSet],
    [
      'a ReplicaSet that is named by its hash alone',
      { kind: 'ReplicaSet', name: '-5f8d' },
      { 'pod-template-hash': '5f8d' },
      undefined,
      { kind: 'ReplicaSet', name: '-5f8d' },
    ],
    [
      'a StatefulSet with such a label',
      { kind: 'StatefulSet', name: 'cart-5f8d' },
      { 'pod-template-hash': '5f8d' },
      undefined,
      { kind: 'StatefulSet', name: 'cart-5f8d' },
    ],
    [
      'a CronJob, a day after it was due',
      job(`report-${due}`),
      {},
      at(due + 1440),
      { kind: 'CronJob', name: 'report' },
    ],
    ['a CronJob, a day before', job(`report-${due}`), {}, at(due - 1440), { kind: 'CronJob', name: 'report' }],
    ['a Job, a minute later', job(`report-${due}`), {}, at(due + 1441), job(`report-${due}`)],
    ['a Job whose time is not known', job(`report-${due}`), {}, undefined, job(`report-${due}`)],
    ['a Job with a date', job('backup-20261124'), {}, '2026-11-24T00:00:00Z', job('backup-20261124')],
    ['a Job of another number', job('report-123'), {}, at(123), job('report-123')],
    [
      'a Deployment of the number',
      { kind: 'Deployment', name: `report-${due}` },
      {},
      at(due),
      { kind: 'Deployment', name: `report-${due}` },
    ],
  ])('is %s', (_, controller, labels, createdAt, owner) => {
    const origin = { labels, ...(controller && { controller }), ...(createdAt === undefined ? {} : { createdAt }) };
    expect(podOwnerOf(origin)).toEqual(owner);
  });
});

describe('a container', () => {
  const bare = {
    ...{ name: 'c', init: false, awsVariables: [], emptyVariables: [], irsaEnvironment: {} },
    ...{ hasEnvFrom: false, mounts: {} },
  };
  const arn = 'arn:aws:iam::111122223333:role/cart';
  const file = (value: string, ...mounts: readonly string[]) => ({
    env: [{ name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value }],
    volumeMounts: mounts.map(mountPath => ({ name: 'm', mountPath })),
  });
  const fileOf = (value: string, unmounted: boolean) => ({
    ...{ awsVariables: ['AWS_WEB_IDENTITY_TOKEN_FILE'], irsaEnvironment: { AWS_WEB_IDENTITY_TOKEN_FILE: value } },
    ...(unmounted ? { tokenFileUnmounted: true } : {}),
  });
  const secrets = '/var/run/secrets/eks.amazonaws.com/serviceaccount';

  test.each<readonly [string, object, object]>([
    ['nothing', {}, {}],
    [
      'variables of AWS, with the values of those alone that are no secret',
      {
        env: [
          { name: 'AWSOME', value: 'x' },
          { name: 'AWS_ROLE_ARN', value: arn },
          { name: 'AWS_SECRET_ACCESS_KEY', value: 's' },
          { name: 'AWS_PROFILE', value: '' },
          { name: 'AWS_REGION', valueFrom: { fieldRef: {} } },
          { name: 'PATH', value: '/bin' },
          { name: 'AWS_PROFILE', value: 'again' },
        ],
      },
      {
        awsVariables: ['AWS_ROLE_ARN', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_REGION'],
        emptyVariables: ['AWS_PROFILE'],
        irsaEnvironment: { AWS_ROLE_ARN: arn, AWS_REGION: '' },
      },
    ],
    [
      'sources of variables',
      {
        envFrom: [
          { configMapRef: { name: 'a' }, prefix: 'AWS_' },
          { secretRef: { name: 'b' } },
          { configMapRef: { name: 'a' } },
          { configMapRef: 7 },
        ],
      },
      {
        hasEnvFrom: true,
        environmentFrom: ['ConfigMap a', 'Secret b'],
        configMaps: [
          { name: 'a', prefix: 'AWS_' },
          { name: 'a', prefix: '' },
        ],
      },
    ],
    ['a role as a value', { args: ['x', `--aws-assume-role=${arn}`] }, { assumesRole: arn }],
    ['a role as the next argument', { args: ['--aws-assume-role', arn] }, { assumesRole: arn }],
    ['a role that is none', { args: ['--aws-assume-role=cart'] }, {}],
    ['a role without a value', { args: ['--aws-assume-role'] }, {}],
    ['another flag', { args: [`--aws-assume-role-x=${arn}`] }, {}],
    ['a proxy', { env: [{ name: 'https_proxy', value: 'x' }] }, { hasProxy: true }],
    ['a proxy of all', { env: [{ name: 'ALL_PROXY', value: 'x' }] }, { hasProxy: true }],
    ['hosts without a proxy', { env: [{ name: 'NO_PROXY', value: 'x' }] }, {}],
    ['a token file that nothing mounts', file(`${secrets}/token`), fileOf(`${secrets}/token`, true)],
    ['a token file that is mounted', file(`${secrets}/token`, secrets), fileOf(`${secrets}/token`, false)],
    [
      'a token file that is mounted by the other name',
      file(`${secrets}/token`, `${secrets.replace('/var', '')}/`),
      fileOf(`${secrets}/token`, false),
    ],
    [
      'a token file beside what is mounted',
      file(`${secrets}/token`, `${secrets}/tok`),
      fileOf(`${secrets}/token`, true),
    ],
    ['a token file that is the mount', file(`${secrets}/token`, `${secrets}/token`), fileOf(`${secrets}/token`, false)],
    ['a token file elsewhere', file('/tmp/token'), fileOf('/tmp/token', false)],
    [
      'mounts of tokens, of the webhook and of credentials, and no other',
      {
        volumeMounts: [
          { name: 'own-token', mountPath: '/own' },
          { name: 'aws-iam-token', mountPath: '/iam' },
          { name: 'eks-pod-identity-token', mountPath: '/eks' },
          { name: 'a', mountPath: '/root/.aws' },
          { name: 'b', mountPath: '/root/.aws/credentials' },
          { name: 'c', mountPath: 'C:\\Users\\x\\.aws\\config' },
          { name: 'd', mountPath: '/root/.aws-cache' },
          { name: 'e', mountPath: '/root/.aws/sso' },
        ],
      },
      {
        mounts: {
          ...{ 'own-token': '/own', 'aws-iam-token': '/iam', 'eks-pod-identity-token': '/eks' },
          ...{ a: '/root/.aws', b: '/root/.aws/credentials', c: 'C:\\Users\\x\\.aws\\config' },
        },
      },
    ],
    ['a user', { securityContext: { runAsUser: 0, runAsNonRoot: false } }, { runAsUser: 0, runAsNonRoot: false }],
  ])('with %s', (_, item, fields) => {
    const parsed = containerItem.parse({ name: 'c', ...item });
    expect(containerOf(parsed, false, new Set(['own-token']))).toEqual({ ...bare, ...fields });
  });

  test('that runs first says so', () => {
    expect(containerOf(containerItem.parse({ name: 'c' }), true, new Set())).toEqual({ ...bare, init: true });
  });

  test('keeps twenty sources and a hundred names', () => {
    const parsed = containerItem.parse({
      name: 'c',
      env: Array.from({ length: 150 }, (_, at) => ({ name: `AWS_${at}`, value: 'x' })),
      envFrom: Array.from({ length: 30 }, (_, at) => ({ configMapRef: { name: `m${at}` } })),
    });
    const { awsVariables, environmentFrom, configMaps } = containerOf(parsed, false, new Set());
    expect([awsVariables.length, environmentFrom?.length, configMaps?.length]).toEqual([100, 20, 20]);
  });
});

test.each<readonly [unknown, string | undefined]>([
  [0o400, '0400'],
  [0o440, '0440'],
  [0o600, '0600'],
  [0o644, undefined],
  [0o604, undefined],
  [undefined, undefined],
  [-1, undefined],
  ['x', undefined],
])('a token of mode %s is closed to others with %s', (defaultMode, mode) => {
  const sources = [{ serviceAccountToken: { audience: 'sts.amazonaws.com', path: 'token' } }];
  const projected = { ...(defaultMode === undefined ? {} : { defaultMode }), sources };
  expect(podOf({ volumes: [{ name: 'aws-iam-token', projected }] }).volumes[0]?.mode).toBe(mode);
});
