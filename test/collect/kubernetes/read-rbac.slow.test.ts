/** Roles, bindings and `aws-auth` of an API server on loopback that refuses, pages, breaks off and answers at any size. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eksClusterReader } from '../../../lib/collect/kubernetes/eks-cluster-reader.ts';
import { type KubernetesApi, kubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import {
  readAwsAuth as readAwsAuthAlone,
  readRbac as readRbacAlone,
} from '../../../lib/collect/kubernetes/read-rbac.ts';
import { makeAuthority } from '../../../sandbox/kubernetes/authority.ts';
import { against } from '../../support/answering-aws.ts';
import { aCluster } from '../../support/example-world.ts';
import { recorded } from '../../support/whole/whole.ts';

const readAwsAuth = recorded('readAwsAuth', readAwsAuthAlone);
const readRbac = recorded('readRbac', readRbacAlone);

interface Answer {
  readonly status: number;
  readonly text: string;
}
type Answering = (url: URL) => Answer | undefined;

let server: Server;
let api: KubernetesApi;
let endpoint: string;
let caPem: string;
let answering: Answering;
let asked: string[];

const json = (value: unknown, status = 200): Answer => ({ status, text: JSON.stringify(value) });
const failed = (code: number, reason: string, name?: string): Answer =>
  json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: reason, reason, details: { name }, code }, code);
const forbidden = failed(403, 'Forbidden', 'aws-auth');
const absent = failed(404, 'NotFound', 'aws-auth');

beforeAll(async () => {
  const authority = await makeAuthority();
  caPem = authority.caPem;
  const { serverCertPem: cert, serverKeyPem: key } = authority;
  // A connection that is closed while the machine is busy would be a failed call: no attempt is repeated here.
  server = createServer({ cert, key, keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    asked.push(request.url ?? '');
    const { status, text } = answering(new URL(request.url ?? '', 'https://cluster')) ?? forbidden;
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  endpoint = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const limits = {
    timeoutMs: 30_000,
    maxBytes: 2 ** 26,
    attempts: 1,
    maxWaitMs: 1,
    connections: 4,
    clusterMs: 300_000,
  };
  api = kubernetesApi({ url: endpoint, caPem, token: async () => 't' }, limits);
});
afterAll(async () => {
  api.close();
  server.closeAllConnections();
  await new Promise(done => server.close(done));
});
const answered = <T>(by: Answering, use: (of: KubernetesApi) => Promise<T>): Promise<T> => {
  answering = by;
  asked = [];
  return use(api);
};

describe('roles and bindings', () => {
  const kinds = {
    roles: 'Role',
    clusterroles: 'ClusterRole',
    rolebindings: 'RoleBinding',
    clusterrolebindings: 'ClusterRoleBinding',
  } as const;
  type Resource = keyof typeof kinds;
  const resources = Object.keys(kinds) as Resource[];
  const sectionOf = {
    roles: 'roles',
    clusterroles: 'clusterRoles',
    rolebindings: 'roleBindings',
    clusterrolebindings: 'clusterRoleBindings',
  } as const;
  const resourceOf = (url: URL) =>
    resources.find(each => url.pathname === `/apis/rbac.authorization.k8s.io/v1/${each}`);
  const page = (resource: Resource, items: readonly unknown[], more?: string): Answer =>
    json({
      kind: `${kinds[resource]}List`,
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: more === undefined ? {} : { continue: more },
      items,
    });
  const isNamespaced = (resource: Resource): boolean => !resource.startsWith('cluster');
  const item = (resource: Resource, name: string, over: object = {}) => ({
    metadata: { name, ...(isNamespaced(resource) && { namespace: 'shop' }) },
    ...(resource.endsWith('roles')
      ? { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }
      : { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'Group', name: 'devs' }] }),
    ...over,
  });
  const read = (special: (resource: Resource, token: string | null) => Answer | undefined) =>
    answered(url => {
      const resource = resourceOf(url);
      if (resource === undefined) return undefined;
      return special(resource, url.searchParams.get('continue')) ?? page(resource, [item(resource, 'one')]);
    }, readRbac);
  const namesOf = (section: Awaited<ReturnType<typeof readRbac>>, resource: Resource): readonly string[] => {
    const list = section.status === 'unavailable' ? undefined : section.value[sectionOf[resource]];
    return list === undefined || list.status === 'unavailable' ? [] : list.value.map(({ name }) => name);
  };

  test('are four lists, with the parts that matter', async () => {
    const section = await read(() => undefined);
    const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: [], nonResourceURLs: [] };
    const binding = { role: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'Group', name: 'devs' }] };
    const list = (value: object) => ({ status: 'complete', value: [{ name: 'one', ...value }] });
    expect(section).toEqual({
      status: 'complete',
      value: {
        roles: list({ namespace: 'shop', rules: [rule] }),
        clusterRoles: list({ rules: [rule] }),
        roleBindings: list({ namespace: 'shop', ...binding }),
        clusterRoleBindings: list(binding),
      },
    });
    expect(asked).toHaveLength(4);
  });

  test('that are all refused are unavailable', async () => {
    expect(await read(() => forbidden)).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'denied', permission: 'list roles in the API group "rbac.authorization.k8s.io"' },
    });
  });

  describe.each(resources)('%s', resource => {
    test('that are refused are a gap, and the others are read', async () => {
      const section = await read(each => (each === resource ? forbidden : undefined));
      const permission = `list ${resource} in the API group "rbac.authorization.k8s.io"`;
      expect(section).toMatchObject({
        status: 'partial',
        value: { [sectionOf[resource]]: { status: 'unavailable' } },
        gaps: [{ what: sectionOf[resource], reason: { kind: 'denied', permission } }],
      });
      expect(resources.filter(each => namesOf(section, each).length === 0)).toEqual([resource]);
    });

    test('are read over all pages', async () => {
      const section = await read((each, token) => {
        if (each !== resource) return undefined;
        return token === null ? page(each, [item(each, 'a')], 't') : page(each, [item(each, 'b')]);
      });
      expect([section.status, namesOf(section, resource)]).toEqual(['complete', ['a', 'b']]);
    });

    test.each([
      ['is refused', forbidden],
      ['breaks off', { status: 200, text: '{"kind":"RoleList","items":[{"metadata":' }],
      ['is a Status', json({ kind: 'Status', status: 'Failure', message: 'm' })],
    ])('of which a later page %s are partial', async (_, later) => {
      const section = await read((each, token) => {
        if (each !== resource) return undefined;
        return token === null ? page(each, [item(each, 'a')], 't') : later;
      });
      expect(section).toMatchObject({
        status: 'partial',
        value: { [sectionOf[resource]]: { status: 'partial' } },
        gaps: [{ what: `page 2 of ${resource}` }],
      });
      expect(namesOf(section, resource)).toEqual(['a']);
    });

    test.each<readonly [what: string, bad: unknown]>([
      ['no metadata', { rules: [] }],
      ['no name', { metadata: {} }],
      ['nothing', null],
      [
        'a list that is a text',
        { metadata: { name: 'x' }, rules: [{ verbs: 'get' }], roleRef: { kind: 'Role', name: 'x' }, subjects: 'all' },
      ],
      [
        'more entries than are kept',
        {
          metadata: { name: 'x' },
          rules: [{ verbs: Array(20_001).fill('get') }],
          roleRef: { kind: 'Role', name: 'x' },
          subjects: Array(20_001).fill({ kind: 'User', name: 'x' }),
        },
      ],
    ])('an item with %s is a gap beside the others', async (_, bad) => {
      const section = await read(each => (each === resource ? page(each, [item(each, 'a'), bad]) : undefined));
      expect(section).toMatchObject({ status: 'partial', gaps: [{ what: `one of ${resource}` }] });
      expect(namesOf(section, resource)).toEqual(['a']);
    });
  });

  test('each rule of a long role is kept', async () => {
    const rules = Array.from({ length: 1_000 }, (_, at) => ({ verbs: ['get'], resources: [`r${at}`] }));
    const long = page('roles', [item('roles', 'long', { rules })]);
    // Alone: what is kept of other answers would be very long here.
    const section = await answered(url => (resourceOf(url) === 'roles' ? long : forbidden), readRbacAlone);
    const roles = section.status === 'partial' ? section.value.roles : undefined;
    const [read] = roles?.status === 'complete' ? roles.value : [];
    expect(read?.rules.map(({ resources }) => resources)).toEqual(rules.map(({ resources }) => resources));
  });

  test('labels are kept where a selector of an aggregated role mentions them, and no others', async () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { 'to-view': 'true' } }] };
    const section = await read(resource =>
      resource === 'clusterroles'
        ? page(resource, [
            item(resource, 'view', { aggregationRule, rules: null }),
            item(resource, 'part', { metadata: { name: 'part', labels: { 'to-view': 'true', other: 'x' } } }),
          ])
        : undefined,
    );
    expect(section).toMatchObject({
      value: {
        clusterRoles: {
          value: [
            { name: 'view', rules: [], aggregation: [{ matchLabels: { 'to-view': 'true' }, matchExpressions: [] }] },
            { name: 'part', labels: { 'to-view': 'true' } },
          ],
        },
      },
    });
  });

  test('a name of a million characters is cut', async () => {
    const section = await read(resource => page(resource, [item(resource, 'x'.repeat(1_000_000))]));
    expect(section.status).toBe('complete');
    expect(JSON.stringify(section).length).toBeLessThan(50_000);
  });
});

describe('aws-auth', () => {
  const configMap = (data: unknown): Answer => json({ kind: 'ConfigMap', metadata: { name: 'aws-auth' }, data });
  const read = (answer: Answer) => answered(() => answer, readAwsAuth);
  const arn = 'arn:aws:iam::111122223333:role/a';
  const mapping = { principalArn: arn, username: arn, groups: ['devs'] };
  const good = `- rolearn: ${arn}\n  groups: [devs]\n`;

  test('names roles and users with their groups', async () => {
    const mapUsers = '- userarn: arn:aws:iam::111122223333:user/u\n  username: u\n';
    expect(await read(configMap({ mapRoles: good, mapUsers, mapAccounts: '- "111122223333"' }))).toEqual({
      status: 'complete',
      value: [mapping, { principalArn: 'arn:aws:iam::111122223333:user/u', username: 'u', groups: [] }],
    });
  });

  test.each<readonly [what: string, mapRoles: string]>([
    ['keys in any case', `- RoleARN: ${arn}\n  Groups: [devs]\n`],
    ['JSON', JSON.stringify([{ rolearn: arn, groups: ['devs'] }])],
    ['groups by an alias', `- rolearn: ${arn}\n  groups: &g [devs]\n`],
    ['groups by a merge key', `- &a {rolearn: ${arn}, groups: [devs]}\n`],
  ])('%s are taken as the cluster takes them', async (_, mapRoles) => {
    expect(await read(configMap({ mapRoles }))).toEqual({ status: 'complete', value: [mapping] });
  });

  test.each<readonly [what: string, data: object, groups: readonly (readonly string[])[]]>([
    ['in one list: the last one', { mapRoles: `${good}- rolearn: ${arn}\n  groups: [ops]\n` }, [['ops']]],
    [
      'in another letter case',
      { mapRoles: `${good}- rolearn: ${arn.replace('/a', '/A')}\n  groups: [ops]\n` },
      [['ops']],
    ],
    ['without groups at last: none is left', { mapRoles: `${good}- rolearn: ${arn}\n` }, [[]]],
    [
      'in both lists: that of mapRoles',
      { mapRoles: good, mapUsers: `- userarn: ${arn}\n  groups: [ops]\n` },
      [['devs']],
    ],
    [
      'between two others',
      { mapRoles: `${good}- rolearn: ${arn}2\n- rolearn: ${arn}\n  groups: [ops]\n` },
      [['ops'], []],
    ],
  ])('one ARN twice, %s', async (_, data, groups) => {
    const section = await read(configMap(data));
    expect(section.status === 'complete' && section.value.map(one => one.groups)).toEqual(groups);
  });

  test('a merge key gives its groups', async () => {
    const mapRoles = `- &a {rolearn: ${arn}, groups: [devs]}\n- {<<: *a, rolearn: ${arn}2}\n`;
    expect(await read(configMap({ mapRoles }))).toMatchObject({
      status: 'complete',
      value: [mapping, { principalArn: `${arn}2`, groups: ['devs'] }],
    });
  });

  test.each<readonly [what: string, data: unknown]>([
    ['no data', undefined],
    ['data that is null', null],
    ['no key of either list', { other: 'x' }],
    ['an empty text', { mapRoles: '' }],
    ['a text of spaces', { mapRoles: ' \n ' }],
    ['two quotes', { mapRoles: '""\n' }],
    ['two backticks', { mapRoles: '``' }],
    ['a comment', { mapRoles: '# none yet\n' }],
    ['an empty list', { mapRoles: '[]' }],
  ])('with %s has no mapping', async (_, data) => {
    expect(await read(configMap(data))).toEqual({ status: 'complete', value: [] });
  });

  test.each<readonly [what: string, broken: string]>([
    ['a quote that is open', `${good}- rolearn: "x\n`],
    ['a bracket that is open', `- rolearn: ${arn}\n  groups: [devs\n`],
    ['a tab for indentation', `- rolearn: ${arn}\n\tgroups: [devs]\n`],
    ['a key in the wrong place', `${good}   groups: [system:masters]\n`],
    ['two documents', `${good}---\n${good}`],
    ['an alias of nothing', '- rolearn: *a\n'],
    ['a map', `rolearn: ${arn}\n`],
    ['a text', 'none'],
  ])('with %s in one list is a gap, and the other list is read', async (_, broken) => {
    const users = `- userarn: ${arn}\n  groups: [devs]\n`;
    for (const [data, what] of [
      [{ mapRoles: broken, mapUsers: users }, 'mapRoles of aws-auth'],
      [{ mapRoles: good, mapUsers: broken }, 'mapUsers of aws-auth'],
    ] as const)
      expect(await read(configMap(data))).toMatchObject({
        status: 'partial',
        value: [mapping],
        gaps: [{ what, reason: { kind: 'invalid' } }],
      });
  });

  test.each<readonly [what: string, entry: string]>([
    ['no principal', '- groups: [system:masters]'],
    ['an empty principal', '- rolearn: ""'],
    ['a user among roles', `- userarn: ${arn}`],
    ['a permission set of IAM Identity Center', '- sso: {permissionSetName: Admin, accountID: "111122223333"}'],
    ['groups that are a text', `- rolearn: ${arn}\n  groups: system:masters`],
    ['groups that are numbers', `- rolearn: ${arn}\n  groups: [7]`],
    ['nothing', '-'],
    ['a text', '- x'],
  ])('an entry with %s is a gap, and the others are read', async (_, entry) => {
    /** Of users, too: each field by its other name. */
    const ofUsers = (text: string): string =>
      text.replaceAll(/\b(?:rolearn|userarn)\b/g, name => (name === 'rolearn' ? 'userarn' : 'rolearn'));
    for (const [data, name] of [
      [{ mapRoles: `${good}${entry}\n` }, 'mapRoles'],
      [{ mapUsers: ofUsers(`${good}${entry}\n`) }, 'mapUsers'],
    ] as const)
      expect(await read(configMap(data))).toEqual({
        status: 'partial',
        value: [mapping],
        gaps: [
          {
            what: `${name} of aws-auth`,
            reason: { kind: 'invalid', operation: 'get configmaps', message: `entry 2 of ${name} is no mapping` },
          },
        ],
      });
  });

  test.each<readonly [what: string, mapRoles: string, message: string]>([
    ['a deep nest', '['.repeat(50_000), 'mapRoles is no list of mappings'],
    [
      'aliases of aliases',
      `- &a [${Array(50).fill('x')}]\n- &b [${Array(50).fill('*a')}]\n- [${Array(50).fill('*b')}]\n`,
      'mapRoles is no list of mappings',
    ],
    ['too many entries', '- x\n'.repeat(20_001), 'mapRoles has more than 20000 mappings'],
    [
      'an entry with too many groups',
      `- {rolearn: ${arn}, groups: [${Array(20_001).fill('g')}]}`,
      'entry 1 of mapRoles is no mapping',
    ],
    [
      'fifty thousand keys',
      `- {${Array.from({ length: 50_000 }, (_, nth) => `k${nth}: 1`)}}`,
      'entry 1 of mapRoles is no mapping',
    ],
  ])('with %s ends soon with a gap', async (_, mapRoles, message) => {
    const started = performance.now();
    expect(await read(configMap({ mapRoles }))).toMatchObject({
      status: 'partial',
      value: [],
      gaps: [{ reason: { message } }],
    });
    // With a comparison of every key with every other it is minutes.
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  test('of many bad entries a hundred are told', async () => {
    const section = await read(configMap({ mapRoles: '- x\n'.repeat(1000) }));
    expect(section.status === 'partial' && section.gaps).toHaveLength(100);
  });

  test.each<readonly [what: string, answer: Answer, expected: object]>([
    ['is absent has no mapping', absent, { status: 'complete', value: [] }],
    [
      'is refused is not read',
      forbidden,
      { status: 'unavailable', reason: { kind: 'denied', permission: 'get configmaps in the API group ""' } },
    ],
    [
      'is answered by a plain 404, as of a gateway, may be there',
      { status: 404, text: '404 page not found\n' },
      { status: 'unavailable', reason: { kind: 'invalid' } },
    ],
    [
      'is answered by a 404 of something else may be there',
      failed(404, 'NotFound', 'other'),
      { status: 'unavailable', reason: { kind: 'invalid' } },
    ],
    ['is of another kind is not read', json({ kind: 'Secret', data: {} }), { status: 'unavailable' }],
    ['is empty JSON is not read', json({}), { status: 'unavailable' }],
    ['has data that are no texts is not read', configMap({ mapRoles: [] }), { status: 'unavailable' }],
    [
      'has more than 2,000,000 characters is not read',
      configMap({ mapRoles: '#'.repeat(2_000_001) }),
      { status: 'unavailable' },
    ],
  ])('that %s', async (_, answer, expected) => {
    expect(await read(answer)).toMatchObject(expected);
  });

  describe.each([
    ['CONFIG_MAP', 1],
    ['API_AND_CONFIG_MAP', 1],
    [undefined, 1],
    ['API', 0],
  ])('of a cluster with the authentication mode %s', (authenticationMode, calls) => {
    const inside = async (ofMap: Answer) => {
      const { accountId: _, ...rest } = aCluster();
      const cluster = {
        ...rest,
        accountId: '111122223333',
        endpoint,
        certificateAuthority: Buffer.from(caPem).toString('base64'),
        ...(authenticationMode === undefined ? {} : { authenticationMode }),
      };
      const isMap = (path: string): boolean => path.endsWith('/configmaps/aws-auth');
      const { kubernetes } = await answered(
        ({ pathname }) => (isMap(pathname) ? ofMap : undefined),
        () =>
          against(
            () => '{}',
            clients =>
              eksClusterReader({ clients, now: Date.now, rbac: true }).read(
                { accountId: '111122223333', regions: ['eu-west-1'] },
                cluster,
              ),
          ),
      );
      if (kubernetes.status === 'unavailable') throw new Error(kubernetes.reason.message);
      return { awsAuth: kubernetes.value.awsAuth, calls: asked.filter(isMap).length };
    };

    test('is asked for only where the cluster uses it; an absent one has no mapping', async () => {
      expect(await inside(absent)).toEqual({ awsAuth: calls ? { status: 'complete', value: [] } : undefined, calls });
    });

    test('is unread where it is refused', async () => {
      const unread = { status: 'unavailable', reason: { kind: 'denied' } };
      expect(await inside(forbidden)).toMatchObject({ ...(calls && { awsAuth: unread }), calls });
    });
  });
});
