import { describe, expect, test } from '@jest/globals';
import type { ApiCall, ApiResult } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readControllerRoles as readControllerRolesAlone } from '../../../lib/collect/kubernetes/read-controller-roles.ts';
import { complete, valueOr } from '../../../lib/model/collected.ts';
import type { PodController } from '../../../lib/model/controller-role.ts';
import { aPod } from '../../support/example-cluster.ts';
import { refused } from '../../support/in-cluster-world.ts';
import { recorded } from '../../support/whole/whole.ts';

const readControllerRoles = recorded('readControllerRoles', readControllerRolesAlone);

const certManager: PodController = { name: 'cert-manager', ambient: ['ClusterIssuer'], clusterNamespace: 'issuers' };
const kinds: Readonly<Record<string, string>> = {
  clusterissuers: 'ClusterIssuer',
  issuers: 'Issuer',
  clustersecretstores: 'ClusterSecretStore',
  secretstores: 'SecretStore',
  providerconfigs: 'ProviderConfig',
  clusterproviderconfigs: 'ClusterProviderConfig',
  clustertriggerauthentications: 'ClusterTriggerAuthentication',
  triggerauthentications: 'TriggerAuthentication',
};
type FailureKind = 'denied' | 'not-found' | 'timed-out';

/** An API server with objects by group, version and resource (`cert-manager.io/v1/issuers`), or how it fails there. A kind that is not
 *  named is not served. */
const read = async (
  world: Readonly<Record<string, readonly object[] | FailureKind>>,
  ...controllers: PodController[]
) => {
  const asked: string[] = [];
  const send = async ({ path }: ApiCall): Promise<ApiResult> => {
    const [, place = ''] = /^\/apis\/([^?]+)/.exec(path) ?? [];
    asked.push(place);
    const found = world[place] ?? 'not-found';
    const resource = place.replace(/.*\//, '');
    if (typeof found === 'string')
      return { ok: false, reason: { kind: found, operation: `list ${resource}`, message: '403' } };
    const apiVersion = place.replace(/\/[^/]+$/, '');
    return { ok: true, body: { kind: `${kinds[resource]}List`, apiVersion, metadata: {}, items: found } };
  };
  const pods = controllers.map(controller => aPod({ controller }));
  return { roles: await readControllerRoles({ send, close: () => undefined }, complete(pods)), asked };
};
const arn = (name: string) => `arn:aws:iam::444455556666:role/${name}`;
const [zones, keys] = [arn('zones'), arn('keys')];

describe('Issuers of cert-manager', () => {
  const ofIssuer = async (route53: object, over: Partial<PodController> = {}, kind = 'clusterissuers') => {
    const metadata = { name: 'letsencrypt', ...(kind === 'issuers' ? { namespace: 'shop' } : {}) };
    const spec = { acme: { solvers: [{ http01: {} }, { dns01: { route53 } }, { dns01: { route53 } }] } };
    const { roles } = await read(
      {
        'cert-manager.io/v1/clusterissuers': [],
        'cert-manager.io/v1/issuers': [],
        [`cert-manager.io/v1/${kind}`]: [{ metadata, spec }],
      },
      { ...certManager, ...over },
    );
    return roles;
  };
  const one = { controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn: zones };

  test('a role is kept once for each issuer', async () => {
    expect(await ofIssuer({ role: zones, region: 'eu-west-1' })).toEqual(complete([{ ...one, by: 'role' }]));
  });

  test.each<[string, object]>([
    ['access keys', { role: zones, accessKeyID: 'AKIAIOSFODNN7EXAMPLE' }],
    ['access keys of a secret', { role: zones, secretAccessKeySecretRef: { name: 'keys' } }],
    ['a way that is not known', { role: zones, auth: { other: {} } }],
    ['no role', { region: 'eu-west-1' }],
    ['an empty role', { role: '' }],
  ])('a solver with %s does not start from the role of the controller', async (_, route53) => {
    expect(await ofIssuer(route53)).toEqual(complete([]));
  });

  test('a service account of its own asks with a token, of the namespace for ClusterIssuers', async () => {
    const auth = { kubernetes: { serviceAccountRef: { name: 'solver' } } };
    expect(await ofIssuer({ role: zones, auth })).toEqual(
      complete([
        { ...one, by: 'token', account: { namespace: 'issuers', name: 'solver' }, audiences: ['sts.amazonaws.com'] },
      ]),
    );
  });

  test('an Issuer asks with a service account of its own namespace, for the audiences that it names', async () => {
    const auth = { kubernetes: { serviceAccountRef: { name: 'solver', audiences: ['a', 'b'] } } };
    expect(await ofIssuer({ role: zones, auth }, {}, 'issuers')).toEqual(
      complete([
        {
          ...{ controller: 'cert-manager', namedBy: 'Issuer shop/letsencrypt', roleArn: zones, by: 'token' },
          ...{ account: { namespace: 'shop', name: 'solver' }, audiences: ['a', 'b'] },
        },
      ]),
    );
  });

  test.each<[string, readonly string[], string, number]>([
    ['a ClusterIssuer', ['ClusterIssuer'], 'clusterissuers', 1],
    ['a ClusterIssuer where that is off', [], 'clusterissuers', 0],
    ['an Issuer', ['ClusterIssuer'], 'issuers', 0],
    ['an Issuer where that is on', ['Issuer'], 'issuers', 1],
  ])('the credentials of the controller: %s', async (_, ambient, kind, count) => {
    const roles = await ofIssuer({ role: zones }, { ambient }, kind);
    expect(roles && valueOr(roles, [])).toHaveLength(count);
  });
});

describe('SecretStores of External Secrets', () => {
  const eso: PodController = { name: 'external-secrets' };
  const ofStore = async (aws: object, kind = 'secretstores') => {
    const metadata = { name: 'aws', ...(kind === 'secretstores' ? { namespace: 'shop' } : {}) };
    const item = { metadata, spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-west-1', ...aws } } } };
    const { roles, asked } = await read({ [`external-secrets.io/v1/${kind}`]: [item] }, eso);
    const kept = roles && valueOr(roles, []);
    return { asked, kept: kept?.map(({ controller: _, namedBy: __, ...role }) => role) };
  };
  const jwt = { jwt: { serviceAccountRef: { name: 'reader' } } };
  const elsewhere = { jwt: { serviceAccountRef: { name: 'reader', namespace: 'vault' } } };
  const secretRef = { accessKeyIDSecretRef: { name: 'keys', key: 'id' } };
  const [shop, vault] = ['shop', 'vault'].map(namespace => ({ namespace, name: 'reader' }));

  test.each<[string, object, string, readonly object[]]>([
    ['a role', { role: keys }, 'secretstores', [{ roleArn: keys, by: 'role' }]],
    [
      'a role and a service account',
      { role: keys, auth: jwt },
      'secretstores',
      [{ roleArn: keys, by: 'role', account: shop }],
    ],
    ['a service account alone', { auth: jwt }, 'secretstores', [{ by: 'annotation', account: shop }]],
    [
      'a service account and an empty role',
      { role: '', auth: jwt },
      'secretstores',
      [{ by: 'annotation', account: shop }],
    ],
    ['the controller alone', {}, 'secretstores', []],
    ['a service account beside keys', { auth: { ...jwt, secretRef } }, 'secretstores', []],
    ['a service account alone of whoever uses the store', { auth: jwt }, 'clustersecretstores', []],
    ['keys', { role: keys, auth: { secretRef } }, 'secretstores', []],
    [
      'session tags',
      { role: keys, sessionTags: [{ key: 'a', value: 'b' }] },
      'secretstores',
      [{ roleArn: keys, by: 'role', isTagged: true }],
    ],
    [
      'roles before it',
      { role: keys, additionalRoles: [arn('a'), arn('b')], auth: jwt },
      'secretstores',
      [
        { roleArn: arn('a'), by: 'role', account: shop },
        { roleArn: arn('b'), by: 'role', account: shop, after: arn('a') },
        { roleArn: keys, by: 'role', account: shop, after: arn('b') },
      ],
    ],
    [
      'the namespace of a service account',
      { role: keys, auth: elsewhere },
      'clustersecretstores',
      [{ roleArn: keys, by: 'role', account: vault }],
    ],
    ['a service account of whoever uses the store', { role: keys, auth: jwt }, 'clustersecretstores', []],
    [
      'keys before a chain',
      { role: keys, additionalRoles: [arn('a')], auth: { secretRef } },
      'secretstores',
      [{ roleArn: keys, by: 'role', after: arn('a') }],
    ],
  ])('a store with %s', async (_, aws, kind, expected) => {
    expect((await ofStore(aws, kind)).kept).toEqual(expected);
  });

  test('an older version is asked for where the newer one is not served, and a store of another cloud names none', async () => {
    const { roles, asked } = await read(
      {
        'external-secrets.io/v1beta1/secretstores': [
          { metadata: { name: 'x', namespace: 'shop' }, spec: { provider: { vault: {} } } },
        ],
      },
      eso,
    );
    expect(roles).toEqual(complete([]));
    expect(asked).toEqual(
      ['clustersecretstores', 'secretstores'].flatMap(kind =>
        ['v1', 'v1beta1'].map(version => `external-secrets.io/${version}/${kind}`),
      ),
    );
  });
});

describe('ProviderConfigs of Crossplane', () => {
  const tokenFile = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
  const chain = [{ roleARN: arn('a') }, { roleARN: arn('b'), tags: [{ key: 'a', value: 'b' }] }];
  test.each<[string, object, readonly object[]]>([
    ['the role of its pods alone', { credentials: { source: 'IRSA' } }, []],
    [
      'a chain',
      { credentials: { source: 'PodIdentity' }, assumeRoleChain: chain },
      [
        { roleArn: arn('a'), by: 'role' },
        { roleArn: arn('b'), by: 'role', after: arn('a'), isTagged: true },
      ],
    ],
    [
      'a web identity and a chain',
      { credentials: { source: 'WebIdentity', webIdentity: { roleARN: arn('web') } }, assumeRoleChain: [chain[0]] },
      [
        { roleArn: arn('web'), by: 'token' },
        { roleArn: arn('a'), by: 'role', after: arn('web') },
      ],
    ],
    [
      'the token of the webhook by its path',
      {
        credentials: {
          source: 'WebIdentity',
          webIdentity: { roleARN: arn('web'), tokenConfig: { source: 'Filesystem', fs: { path: tokenFile } } },
        },
      },
      [{ roleArn: arn('web'), by: 'token' }],
    ],
    [
      'a token of a Secret',
      {
        credentials: { source: 'WebIdentity', webIdentity: { roleARN: arn('web'), tokenConfig: { source: 'Secret' } } },
      },
      [],
    ],
    ['keys and a chain', { credentials: { source: 'Secret' }, assumeRoleChain: [chain[0]] }, []],
  ])('%s', async (_, spec, expected) => {
    const { roles } = await read(
      { 'aws.upbound.io/v1beta1/providerconfigs': [{ metadata: { name: 'default' }, spec }] },
      { name: 'crossplane' },
    );
    expect(roles).toEqual(
      complete(expected.map(one => ({ controller: 'crossplane', namedBy: 'ProviderConfig default', ...one }))),
    );
  });
});

test('ProviderConfigs of a namespace and ClusterProviderConfigs of Crossplane 2 name roles too', async () => {
  const spec = { credentials: { source: 'IRSA' }, assumeRoleChain: [{ roleARN: zones }] };
  const { roles, asked } = await read(
    {
      'aws.m.upbound.io/v1beta1/clusterproviderconfigs': [{ metadata: { name: 'default' }, spec }],
      'aws.m.upbound.io/v1beta1/providerconfigs': [{ metadata: { name: 'aws', namespace: 'shop' }, spec }],
    },
    { name: 'crossplane' },
  );
  expect(valueOr(roles ?? complete([]), []).map(one => [one.namedBy, 'roleArn' in one && one.roleArn])).toEqual([
    ['ClusterProviderConfig default', zones],
    ['ProviderConfig shop/aws', zones],
  ]);
  expect(asked[0]).toBe('aws.upbound.io/v1beta1/providerconfigs');
});

describe('TriggerAuthentications of KEDA', () => {
  test.each<[string, object, number]>([
    ['a role', { provider: 'aws', roleArn: keys }, 1],
    ['a role of its own', { provider: 'aws', roleArn: keys, identityOwner: 'keda' }, 1],
    ['the role of the operator', { provider: 'aws' }, 0],
    ['the role of the workload', { provider: 'aws', identityOwner: 'workload' }, 0],
    ['another cloud', { provider: 'azure-workload', identityId: 'x' }, 0],
  ])('%s', async (_, podIdentity, count) => {
    const item = { metadata: { name: 'queue', namespace: 'shop' }, spec: { podIdentity } };
    const { roles } = await read({ 'keda.sh/v1alpha1/triggerauthentications': [item] }, { name: 'keda' });
    const one = { controller: 'keda', namedBy: 'TriggerAuthentication shop/queue', roleArn: keys, by: 'either' };
    expect(roles).toEqual(complete(count === 0 ? [] : [one]));
  });
});

describe('what is asked', () => {
  test('a cluster without a controller, or without pods that were read, is asked nothing', async () => {
    expect(await read({})).toEqual({ roles: undefined, asked: [] });
    const send = async (): Promise<ApiResult> => {
      throw new Error('nobody asks');
    };
    expect(await readControllerRoles({ send, close: () => undefined }, refused)).toBeUndefined();
  });

  test('each kind of the controllers that are there, once for all their pods', async () => {
    const { asked } = await read({}, certManager, certManager, { name: 'keda' });
    expect(asked).toEqual([
      'cert-manager.io/v1/clusterissuers',
      'cert-manager.io/v1/issuers',
      'keda.sh/v1alpha1/clustertriggerauthentications',
      'keda.sh/v1alpha1/triggerauthentications',
    ]);
  });

  test('a refusal is unread as any other failure, a missing kind is none', async () => {
    const answers = (answer: FailureKind) => ({
      'cert-manager.io/v1/clusterissuers': answer,
      'cert-manager.io/v1/issuers': answer,
    });
    expect((await read(answers('denied'), certManager)).roles).toMatchObject({
      reason: { kind: 'denied', operation: 'list clusterissuers' },
    });
    expect((await read(answers('timed-out'), certManager)).roles).toMatchObject({ reason: { kind: 'timed-out' } });
    expect((await read(answers('not-found'), certManager)).roles).toEqual(complete([]));
  });

  test('a kind that is refused leaves the others, and says whose it is', async () => {
    const item = { metadata: { name: 'queue' }, spec: { podIdentity: { provider: 'aws', roleArn: keys } } };
    const { roles } = await read(
      { 'cert-manager.io/v1/issuers': 'denied', 'keda.sh/v1alpha1/clustertriggerauthentications': [item] },
      certManager,
      { name: 'keda' },
    );
    expect(roles).toMatchObject({
      status: 'partial',
      value: [{ namedBy: 'ClusterTriggerAuthentication queue' }],
      gaps: [{ what: 'cert-manager: Issuer', reason: { kind: 'denied' } }],
    });
  });

  test('an item of another form is a gap of its controller', async () => {
    const { roles } = await read({ 'cert-manager.io/v1/issuers': [{ metadata: { name: 'x' }, spec: 7 }] }, certManager);
    expect(roles).toMatchObject({ status: 'partial', gaps: [{ what: expect.stringMatching(/^cert-manager: /) }] });
  });

  test('ten thousand roles are kept, and more are a gap', async () => {
    const stores = Array.from({ length: 10_001 }, (_, at) => ({
      metadata: { name: `s-${at}`, namespace: 'shop' },
      spec: { provider: { aws: { role: keys } } },
    }));
    const { roles } = await read({ 'external-secrets.io/v1/secretstores': stores }, { name: 'external-secrets' });
    expect(roles && valueOr(roles, [])).toHaveLength(10_000);
    expect(roles).toMatchObject({ gaps: [{ reason: { kind: 'too-large' } }] });
  });
});
