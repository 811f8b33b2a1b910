/** A cluster of small lists: every request in its order, and every section whole. */
import { describe, expect, test } from '@jest/globals';
import type { ApiCall, ApiResult, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readPodPhase } from '../../../lib/collect/kubernetes/parse-pod.ts';
import { type ReadOptions, readKubernetesFacts } from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { requestToken } from '../../../lib/collect/kubernetes/token-request.ts';
import { complete, type ReadFailure, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';

type Answers = Readonly<Record<string, ApiResult | ((nth: number) => ApiResult)>>;
const ok = (body: unknown): ApiResult => ({ ok: true, body });
const failure = (kind: ReadFailure['kind'], message: string): ReadFailure => ({ kind, operation: 'x', message });
const no = (kind: ReadFailure['kind'], message: string = kind): ApiResult => ({
  ok: false,
  reason: failure(kind, message),
});
const forbidden = no('denied', '403: forbidden');
const list = (kind: string, apiVersion: string, items: readonly unknown[] = [], next?: string): ApiResult =>
  ok({ kind: `${kind}List`, apiVersion, metadata: { ...(next === undefined ? {} : { continue: next }) }, items });

/** An API that answers by path, without the parameters of paging; anything else is not there. */
const serving = (answers: Answers) => {
  const calls: ApiCall[] = [];
  const api: KubernetesApi = {
    send: async call => {
      calls.push(call);
      const path = call.path.replace(/\?.*/, '');
      const nth = calls.filter(one => one.path.replace(/\?.*/, '') === path).length;
      const answer = answers[path] ?? no('not-found');
      return typeof answer === 'function' ? answer(nth) : answer;
    },
    close: () => undefined,
  };
  return { api, calls };
};

const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const rbacGroup = 'rbac.authorization.k8s.io';
const rbac = `/apis/${rbacGroup}/v1`;
const account = (name: string, namespace = 'a', annotations: object = {}) => ({
  metadata: { name, namespace, annotations },
});
const pod = (name: string, over: object = {}, metadata: object = {}) => ({
  metadata: { name, namespace: 'a', ...metadata },
  spec: { containers: [], serviceAccountName: 'one', ...over },
  status: { phase: 'Running' },
});
const empty: Answers = {
  '/version': ok({ gitVersion: 'v1.34.2' }),
  '/.well-known/openid-configuration': ok({ issuer: 'https://issuer.example' }),
  [webhooks]: list('MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1'),
  '/api/v1/namespaces': list('Namespace', 'v1', [{ metadata: { name: 'a' } }]),
  '/api/v1/serviceaccounts': list('ServiceAccount', 'v1', [account('one')]),
  '/api/v1/pods': list('Pod', 'v1', [pod('p')]),
  '/apis/networking.k8s.io/v1/networkpolicies': list('NetworkPolicy', 'networking.k8s.io/v1'),
  ...Object.fromEntries(
    ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].map(kind => [
      `${rbac}/${kind.toLowerCase()}s`,
      list(kind, `${rbacGroup}/v1`),
    ]),
  ),
  ...Object.fromEntries(
    ['Deployment', 'StatefulSet', 'DaemonSet'].map(kind => [
      `/apis/apps/v1/${kind.toLowerCase()}s`,
      list(kind, 'apps/v1'),
    ]),
  ),
  ...Object.fromEntries(
    ['Job', 'CronJob'].map(kind => [`/apis/batch/v1/${kind.toLowerCase()}s`, list(kind, 'batch/v1')]),
  ),
};
const read = async (answers: Answers = {}, options: Partial<ReadOptions> = {}) => {
  const { api, calls } = serving({ ...empty, ...answers });
  const section = await readKubernetesFacts(api, { issuerKnown: false, ...options });
  return { section, calls, paths: calls.map(({ verb, path }) => `${verb} ${path}`) };
};
const factsOf = async (answers: Answers = {}, options: Partial<ReadOptions> = {}): Promise<KubernetesFacts> => {
  const { section } = await read(answers, options);
  if (section.status === 'unavailable') throw new Error(section.reason.message);
  return section.value;
};

const plain = [
  'get /version',
  `get ${webhooks}/pod-identity-webhook`,
  `list ${webhooks}?limit=500`,
  'get /.well-known/openid-configuration',
  'list /api/v1/namespaces?limit=500',
  'list /api/v1/serviceaccounts?limit=500',
  'list /api/v1/pods?limit=500',
];

describe('the requests', () => {
  test('without a choice are seven', async () => {
    const { calls, paths } = await read();
    expect(paths).toEqual(plain);
    const metadata = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
    expect(calls.flatMap(({ resource, accept }) => (accept === undefined ? [] : [[resource, accept]]))).toEqual([
      ['namespaces', metadata],
      ['serviceaccounts', metadata],
    ]);
  });

  test.each<[string, Partial<ReadOptions>, readonly string[]]>([
    [
      'the network',
      { network: true },
      [
        'list /apis/networking.k8s.io/v1/networkpolicies?limit=500',
        'list /apis/vpcresources.k8s.aws/v1beta1/securitygrouppolicies?limit=500',
      ],
    ],
    [
      'rights',
      { rbac: true },
      [
        ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map(
          name => `list ${rbac}/${name}?limit=500`,
        ),
        'get /api/v1/namespaces/kube-system/configmaps/aws-auth',
      ],
    ],
    [
      'rights without aws-auth',
      { rbac: true, usesAwsAuth: false },
      ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map(name => `list ${rbac}/${name}?limit=500`),
    ],
    [
      'workloads',
      { workloads: true },
      [
        ...['deployments', 'statefulsets', 'daemonsets'].map(name => `list /apis/apps/v1/${name}?limit=500`),
        ...['jobs', 'cronjobs'].map(name => `list /apis/batch/v1/${name}?limit=500`),
      ],
    ],
  ])('for %s are these more', async (_, options, more) => {
    const { paths, section } = await read({}, options);
    expect([...paths].sort()).toEqual([...plain, ...more].sort());
    expect(section.status === 'unavailable' ? [] : Object.keys(section.value)).toEqual([
      ...['version', 'webhook', 'issuer', 'namespaces', 'serviceAccounts', 'pods', 'nothingInjects'],
      ...(options.network ? ['podNetwork'] : []),
      ...(options.rbac ? ['rbac'] : []),
      ...(options.rbac && options.usesAwsAuth !== false ? ['awsAuth'] : []),
      ...(options.workloads ? ['workloads'] : []),
    ]);
  });
});

test('lists of metadata alone are read, their items with or without a kind; one of another kind is a gap', async () => {
  const ofMetadata = (...items: readonly object[]) =>
    ok({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: {}, items });
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
  const facts = await factsOf({
    '/api/v1/namespaces': ofMetadata({ ...partial, metadata: { name: 'a' } }),
    '/api/v1/serviceaccounts': ofMetadata(
      { ...partial, ...account('one') },
      { kind: 'ServiceAccount', ...account('two') },
      account('three'),
      { kind: 'Secret', ...account('four') },
    ),
  });
  expect(facts.namespaces).toMatchObject({ status: 'complete', value: [{ name: 'a' }] });
  expect(facts.serviceAccounts).toMatchObject({
    ...{ status: 'partial', value: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] },
    gaps: [
      {
        what: 'one of serviceaccounts',
        reason: {
          ...{ kind: 'invalid', operation: 'list serviceaccounts' },
          message: 'an item is not of kind ServiceAccount',
        },
      },
    ],
  });
});

describe('a cluster is unread as a whole', () => {
  test.each<[string, ApiResult, boolean]>([
    ['where it cannot be reached', no('unreachable'), true],
    ['where it does not answer in time', no('timed-out'), true],
    ['where it answers in another form', no('invalid'), true],
    ['where it does not know who asks', no('denied', '401: Unauthorized'), true],
    ['not where its version alone is refused', forbidden, false],
    ['nor where its version is not there', no('not-found'), false],
  ])('%s', async (_, version, isWhole) => {
    const { section, paths } = await read({ '/version': version });
    if (version.ok) throw new Error('no failure');
    expect(paths.length === 1).toBe(isWhole);
    expect(section).toEqual(isWhole ? unavailable(version.reason) : expect.objectContaining({ status: 'complete' }));
    if (section.status === 'complete') expect(section.value.version).toEqual(unavailable(version.reason));
  });
});

test.each<[string, ApiResult, boolean, KubernetesFacts['issuer']]>([
  ['read', ok({ issuer: 'i' }), true, complete('i')],
  [
    'refused and known',
    forbidden,
    true,
    unavailable({
      ...{ kind: 'not-asked-for', operation: 'get /.well-known/openid-configuration' },
      message: 'refused, and not needed: eks:DescribeCluster gives the issuer',
    }),
  ],
  ['refused and not known', forbidden, false, unavailable(failure('denied', '403: forbidden'))],
  ['not there and not known', no('not-found'), false, unavailable(failure('not-found', 'not-found'))],
  ['late and known', no('timed-out'), true, unavailable(failure('timed-out', 'timed-out'))],
])('the issuer is %s', async (_, answer, issuerKnown, issuer) => {
  const facts = await factsOf({ '/.well-known/openid-configuration': answer }, { issuerKnown });
  expect(facts.issuer).toEqual(issuer);
});

describe('a list that is refused for the whole cluster', () => {
  const options = { namespace: 'a' };
  const whole = { '/api/v1/pods': forbidden, '/api/v1/serviceaccounts': forbidden };
  const own = {
    '/api/v1/namespaces/a/pods': list('Pod', 'v1', [pod('p')]),
    '/api/v1/namespaces/a/serviceaccounts': list('ServiceAccount', 'v1', [account('one')]),
  };
  const other = { what: 'other namespaces', reason: failure('denied', '403: forbidden') };

  test('is read of the one namespace, with the others as a gap', async () => {
    const facts = await factsOf({ ...whole, ...own }, options);
    const gaps = (section: KubernetesFacts['pods'] | KubernetesFacts['serviceAccounts']) =>
      section.status === 'partial' ? section.gaps : section.status;
    expect([gaps(facts.pods), gaps(facts.serviceAccounts)]).toEqual([[other], [other]]);
    expect([facts.pods, facts.serviceAccounts]).toMatchObject([
      { value: [{ name: 'p' }] },
      { value: [{ name: 'one' }] },
    ]);
  });

  test('is unread where that is refused too, and where no namespace is named', async () => {
    const late = { ...whole, '/api/v1/namespaces/a/pods': no('timed-out') };
    expect((await factsOf(late, options)).pods).toEqual(unavailable(failure('timed-out', 'timed-out')));
    expect((await factsOf({ ...whole, ...own })).pods).toEqual(unavailable(other.reason));
  });

  test('for another reason than rights is read of no namespace', async () => {
    const { paths, section } = await read({ '/api/v1/pods': no('too-large'), ...own }, options);
    expect(paths.filter(path => path.includes('/namespaces/a/'))).toEqual([]);
    expect(section).toMatchObject({ value: { pods: unavailable(failure('too-large', 'too-large')) } });
  });
});

describe('a service account that was made while pods were listed', () => {
  const late = list('Pod', 'v1', [pod('p', { serviceAccountName: 'late' })]);
  const names = async (second: ApiResult) => {
    const first = list('ServiceAccount', 'v1', [account('one'), account('two')]);
    const { section, paths } = await read({
      '/api/v1/pods': late,
      '/api/v1/serviceaccounts': nth => (nth === 1 ? first : second),
    });
    expect(paths.filter(path => path.startsWith('list /api/v1/serviceaccounts'))).toHaveLength(2);
    const accounts =
      section.status === 'complete' ? section.value.serviceAccounts : unavailable<never>(failure('invalid', ''));
    return accounts.status === 'unavailable'
      ? accounts
      : [accounts.value.map(({ name }) => name), accounts.status === 'partial' ? accounts.gaps : []];
  };

  test('is read by a second list, to which those of the first one count', async () => {
    expect(await names(list('ServiceAccount', 'v1', [account('one'), account('late')]))).toEqual([
      ['one', 'two', 'late'],
      [],
    ]);
  });

  test('may be there where the second list fails, or breaks off', async () => {
    expect(await names(forbidden)).toEqual([
      ['one', 'two'],
      [{ what: 'service accounts made while pods were listed', reason: failure('denied', '403: forbidden') }],
    ]);
    const reason = { kind: 'invalid', operation: 'list serviceaccounts', message: 'an item is not a service account' };
    expect(await names(list('ServiceAccount', 'v1', [account('late'), {}]))).toEqual([
      ['one', 'two', 'late'],
      [{ what: 'one of serviceaccounts', reason }],
    ]);
  });
});

const ofWebhooks = (items: readonly unknown[]) =>
  list('MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', items);

describe('the webhook', () => {
  const configuration = (name: string, entry: string, service?: object) => ({
    metadata: { name },
    webhooks: [{ name: entry, clientConfig: service === undefined ? { url: 'https://x' } : { service } }],
  });
  const webhookOf = async (answers: Answers) => (await factsOf(answers)).webhook;

  test('under another name is the first by its name, of those that inject', async () => {
    const found = await webhookOf({
      [webhooks]: list('MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', [
        { metadata: 7 },
        configuration('a', 'other.example.com'),
        configuration('z-pod-identity-webhook', 'x'),
        configuration('m', 'iam-for-pods.amazonaws.com'),
      ]),
    });
    expect(found).toMatchObject({ status: 'complete', value: { name: 'm' } });
  });

  const called = (rules: readonly object[]) => ({
    metadata: { name: 'mesh' },
    webhooks: [{ name: 'sidecar.mesh.example', clientConfig: { url: 'https://x' }, rules }],
  });
  const forPods = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };

  test.each<readonly [string, Answers[string], true | undefined]>([
    ['there is no configuration', ofWebhooks([]), true],
    ['another one is for Deployments', ofWebhooks([called([{ ...forPods, apiGroups: ['apps'] }])]), true],
    ['another one is called for new pods', ofWebhooks([called([forPods])]), undefined],
    ['another one is called for everything', ofWebhooks([called([{ ...forPods, resources: ['*/*'] }])]), undefined],
    ['one has not the form of a configuration', ofWebhooks([{ metadata: 7 }]), undefined],
    ['the list is refused', forbidden, undefined],
  ])('whether nothing injects: %s', async (_title, answer, expected) => {
    const facts = await factsOf({ [webhooks]: answer });
    expect([facts.webhook, facts.nothingInjects]).toEqual([complete(undefined), expected]);
  });

  test('is none where there is none, and where only the usual one may be read', async () => {
    expect(await webhookOf({})).toEqual(complete(undefined));
    expect(await webhookOf({ [webhooks]: forbidden })).toEqual(complete(undefined));
    expect(await webhookOf({ [`${webhooks}/pod-identity-webhook`]: forbidden })).toEqual(
      unavailable(failure('denied', '403: forbidden')),
    );
  });
});

test('labels of pods are kept where selectors of the network mention them', async () => {
  const spec = (podSelector: object) => ({ podSelector, policyTypes: ['Egress'] });
  const policy = (name: string, selector: object) => ({ metadata: { name, namespace: 'a' }, spec: spec(selector) });
  const labels = { one: '1', two: '2', three: '3', four: '4' };
  const facts = await factsOf(
    {
      '/apis/networking.k8s.io/v1/networkpolicies': list('NetworkPolicy', 'networking.k8s.io/v1', [
        policy('p', { matchLabels: { one: '1' } }),
        policy('q', { matchExpressions: [{ key: 'two', operator: 'Exists' }] }),
      ]),
      '/apis/vpcresources.k8s.aws/v1beta1/securitygrouppolicies': list(
        'SecurityGroupPolicy',
        'vpcresources.k8s.aws/v1beta1',
        [
          {
            metadata: { name: 's', namespace: 'a' },
            spec: { podSelector: { matchLabels: { three: '3' } }, securityGroups: { groupIds: ['sg-1'] } },
          },
          { metadata: { name: 't', namespace: 'a' }, spec: {} },
        ],
      ),
      '/api/v1/pods': list('Pod', 'v1', [pod('p', {}, { labels })]),
    },
    { network: true },
  );
  expect(facts.pods).toMatchObject({ value: [{ labels: { one: '1', two: '2', three: '3' } }] });
  expect(facts.pods.status === 'complete' && Object.keys(facts.pods.value[0]?.labels ?? {})).toHaveLength(3);
  const none = { matchLabels: {}, matchExpressions: [] };
  const place = (name: string) => ({ namespace: 'a', name });
  expect(facts.podNetwork).toEqual(
    withGaps(
      {
        policies: [
          { ...place('p'), podSelector: { ...none, matchLabels: { one: '1' } }, rules: [] },
          {
            ...place('q'),
            podSelector: { ...none, matchExpressions: [{ key: 'two', operator: 'Exists', values: [] }] },
            rules: [],
          },
        ],
        groups: [{ ...place('s'), podSelector: { ...none, matchLabels: { three: '3' } }, groupIds: ['sg-1'] }],
      },
      [
        {
          what: 'one of securitygrouppolicies',
          reason: {
            ...{ kind: 'invalid', operation: 'list securitygrouppolicies' },
            message: 'an item is not a SecurityGroupPolicy',
          },
        },
      ],
    ),
  );
});

test('rights are kept whole, with the labels alone that an aggregated role asks for', async () => {
  const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['p'], nonResourceURLs: ['/x'] };
  const facts = await factsOf(
    {
      [`${rbac}/clusterroles`]: list('ClusterRole', `${rbacGroup}/v1`, [
        { metadata: { name: 'a', labels: { mark: 'x', sign: 'y', other: 'z' } }, rules: [rule, { verbs: [] }] },
        {
          metadata: { name: 'b' },
          aggregationRule: {
            clusterRoleSelectors: [
              { matchLabels: { mark: 'x' } },
              { matchExpressions: [{ key: 'sign', operator: 'In', values: ['y'] }] },
            ],
          },
        },
        { metadata: { name: 'c' }, aggregationRule: {} },
      ]),
      [`${rbac}/roles`]: list('Role', `${rbacGroup}/v1`, [
        { metadata: { name: 'r', namespace: 'a', labels: { mark: 'x' } } },
      ]),
      [`${rbac}/rolebindings`]: list('RoleBinding', `${rbacGroup}/v1`, [
        {
          metadata: { name: 'rb', namespace: 'a' },
          roleRef: { kind: 'Role', name: 'r' },
          subjects: [
            { kind: 'ServiceAccount', name: 's', namespace: 'b' },
            { kind: 'ServiceAccount', name: 't', namespace: '' },
            { kind: 'Group', name: 'g' },
          ],
        },
        { metadata: { name: 'none', namespace: 'a' }, roleRef: { kind: 'ClusterRole', name: 'a' } },
      ]),
      [`${rbac}/clusterrolebindings`]: forbidden,
    },
    { rbac: true, usesAwsAuth: false },
  );
  const none = { matchLabels: {}, matchExpressions: [] };
  expect(facts.rbac).toEqual(
    withGaps(
      {
        roles: complete([{ name: 'r', namespace: 'a', rules: [] }]),
        clusterRoles: complete([
          { name: 'a', rules: [rule], labels: { mark: 'x', sign: 'y' } },
          {
            ...{ name: 'b', rules: [] },
            aggregation: [
              { ...none, matchLabels: { mark: 'x' } },
              { ...none, matchExpressions: [{ key: 'sign', operator: 'In', values: ['y'] }] },
            ],
          },
          { name: 'c', rules: [], aggregation: [] },
        ]),
        roleBindings: complete([
          {
            ...{ name: 'rb', namespace: 'a', role: { kind: 'Role', name: 'r' } },
            subjects: [
              { kind: 'ServiceAccount', name: 's', namespace: 'b' },
              { kind: 'ServiceAccount', name: 't' },
              { kind: 'Group', name: 'g' },
            ],
          },
          { name: 'none', namespace: 'a', role: { kind: 'ClusterRole', name: 'a' }, subjects: [] },
        ]),
        clusterRoleBindings: unavailable(failure('denied', '403: forbidden')),
      },
      [{ what: 'clusterRoleBindings', reason: failure('denied', '403: forbidden') }],
    ),
  );
});

test('a service account has a token of ten minutes for one audience', async () => {
  const path = '/api/v1/namespaces/a/serviceaccounts/one';
  const { api, calls } = serving({ [`${path}/token`]: ok({ status: { token: 't' } }) });
  expect(await requestToken(api, { namespace: 'a', name: 'one' }, 'sts.amazonaws.com')).toEqual(complete('t'));
  expect(calls).toEqual([
    {
      ...{ verb: 'create', resource: 'serviceaccounts/token', name: 'one', path: `${path}/token` },
      body: {
        ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
        spec: { audiences: ['sts.amazonaws.com'], expirationSeconds: 600 },
      },
    },
  ]);
  const without = serving({ [`${path}/token`]: ok({ status: {} }) });
  expect(await requestToken(without.api, { namespace: 'a', name: 'one' }, 'x')).toEqual(
    unavailable({ kind: 'invalid', operation: 'create serviceaccounts/token', message: 'the answer has no token' }),
  );
  expect(await requestToken(serving({}).api, { namespace: 'a', name: 'one' }, 'x')).toEqual(
    unavailable(failure('not-found', 'not-found')),
  );
});

test.each<[ApiResult, string | undefined]>([
  [ok({ kind: 'Pod', metadata: {}, status: { phase: 'Failed' } }), 'Failed'],
  [ok({ kind: 'Pod', metadata: {}, status: {} }), 'Unknown'],
  [ok({ kind: 'Pod', metadata: {} }), 'Unknown'],
  [ok({ kind: 'Pod', metadata: { deletionTimestamp: 'now' }, status: { phase: 'Running' } }), 'Terminating'],
  [ok({ kind: 'Status' }), undefined],
  [no('not-found'), undefined],
])('the phase of a pod: %j', async (answer, phase) => {
  const path = '/api/v1/namespaces/a/pods/p';
  const { api, calls } = serving({ [path]: answer });
  expect(await readPodPhase(api, 'a', 'p')).toBe(phase);
  expect(calls).toEqual([{ verb: 'get', resource: 'pods', path, name: 'p' }]);
});
