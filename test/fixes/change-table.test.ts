import { describe, expect, test } from '@jest/globals';
import {
  afterChange,
  changeShape,
  changeTargetOf,
  commandsOfChange,
  conditionsOf,
  guardOf,
  isAsAudited,
  isAsWritten,
  isForeseen,
  isSound,
  keyOfChange,
  managedOf,
  phaseOf,
  readOf,
  replacedDocument,
  stateIn,
  undoInWords,
  undoOf,
} from '../../lib/fixes/change-table.ts';
import { webhookDocument } from '../../lib/fixes/webhook-document.ts';
import { complete } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import type { Change, ChangeKind } from '../../lib/model/step.ts';
import { lineDiff } from '../../lib/text/lines.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aProvider, aRole, aSnapshot } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { soundChanges } from './changes.ts';

const all: readonly Change[] = Object.values(soundChanges).flat();

/** One fact of a change as a line. */
const told = (name: string, value: unknown): readonly string[] =>
  value === undefined ? [] : [`  ${name}: ${JSON.stringify(value)}`];

const everyFact = (change: Change): string =>
  [
    JSON.stringify(change),
    ...told('target', changeTargetOf(change)),
    ...commandsOfChange(change).flatMap(command => told('command', command)),
    ...told('read', readOf(change)),
    ...told('guard', guardOf(change)),
    ...conditionsOf(change).flatMap(condition => told('condition', condition)),
    ...told('undo in words', undoInWords(change)),
    ...told('phase', phaseOf(change)),
    ...told('foreseen', isForeseen(change)),
    ...told('document', replacedDocument(change)),
    ...told('key', JSON.parse(keyOfChange(change))),
    ...told('managed', managedOf(change)),
  ].join('\n');

test('of each kind of change: target, commands, read, guard, conditions, order, and who may manage it', () =>
  golden('changes/facts.txt', `${all.map(everyFact).join('\n\n')}\n`));

const [one, two] = ['aa'.repeat(20), 'BB'.repeat(20)] as const;
const providerThere = (audiences: readonly string[], thumbprints: readonly string[]) => ({
  ...(audiences.length === 0 ? {} : { ClientIDList: audiences }),
  ThumbprintList: thumbprints,
});
const provider = [
  providerThere(['sts.amazonaws.com', 'vault'], [two, one]),
  providerThere(['sts.amazonaws.com', 'vault'], [two]),
  providerThere(['vault', 'sts.amazonaws.com'], [one]),
  providerThere(['file:///x`y'], []),
  providerThere([], [two, one]),
];
const role = 'arn:aws:iam::111122223333:role/team/checkout-cart';
const other = role.replace(/cart$/, 'other');
const key = 'eks.amazonaws.com/role-arn';
const metadata = (annotations?: object, labels?: object) => ({ metadata: { name: 'cart', annotations, labels } });
const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
const account = [
  metadata({ [key]: role, team: 'a' }),
  metadata({ [key]: role, ...applied }),
  metadata({ [key]: role }),
  metadata({ [key]: other, team: 'shop' }, { [key]: 'x' }),
  metadata({}, {}),
  metadata(),
];
const restartedAt = (value?: string) => ({
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': value } } } },
});
const template = (serviceAccountName?: string) => ({ spec: { template: { spec: { serviceAccountName } } } });
const webhook = (caBundle: string, resourceVersion: string) => {
  const { metadata, ...rest } = webhookDocument(caBundle);
  return { ...rest, metadata: { ...metadata, resourceVersion, uid: 'u', labels: { a: 'b' } }, status: {} };
};
const [granting] = soundChanges['auditor-access-granted'].flatMap(change => commandsOfChange(change));
const rights = JSON.parse(granting?.input ?? '') as { readonly items: readonly Record<string, unknown>[] };
const [clusterRole, binding] = rights.items;
/** The query of the read prints each field, null where EKS leaves it out. */
const association = {
  ...{ namespace: 'checkout', serviceAccount: 'cart', roleArn: other, targetRoleArn: null },
  ...{ disableSessionTags: null, policy: null },
};

/** Answers of the read of a kind, as the tools print them. */
const answers: Readonly<Record<ChangeKind, readonly unknown[]>> = {
  'trust-policy': [
    { Version: '2012-10-17', Statement: [{ Effect: 'Deny' }] },
    { Statement: [{ Effect: 'Allow' }], Version: '2012-10-17' },
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}',
    { Version: '2012-10-17', Statement: [] },
  ],
  thumbprints: provider,
  'audience-added': provider,
  'audience-removed': provider,
  'provider-created': provider,
  'provider-deleted': provider,
  annotation: account,
  label: account,
  'service-account-created': account,
  'service-account-deleted': account,
  'workload-service-account': [template('default'), template('cart'), template('other'), template()],
  'pods-restarted': [restartedAt(), restartedAt('2026-11-01T05:00:01Z'), restartedAt('2026-01-01T00:00:00Z')],
  'webhook-restored': [webhook('QUJD', '77'), webhook('QUJD', '78'), webhook('WFla', '77')],
  'auditor-access-granted': [
    { items: [clusterRole, binding] },
    { items: [binding, clusterRole] },
    { items: [clusterRole] },
    clusterRole,
    { items: [{ ...clusterRole, rules: [] }, binding] },
  ],
  'objects-reverted': [{ items: [clusterRole] }],
  'addon-role': [null, role, other],
  'addon-created': [null, role],
  'association-created': [[], ['a-7'], ['a-9', 'a-8']],
  'association-updated': [
    { ...association, disableSessionTags: true },
    { ...association, roleArn: role, targetRoleArn: other, disableSessionTags: false },
    { ...association, targetRoleArn: other },
    { ...association, roleArn: role },
  ],
  'association-deleted': [
    association,
    { ...association, roleArn: role, targetRoleArn: other, disableSessionTags: true, policy: '{}' },
    { ...association, namespace: 'other' },
    { ...association, serviceAccount: 'other' },
  ],
  'quota-requested': [{}],
};

const everyState = (change: Change): string =>
  [
    JSON.stringify(change),
    ...[undefined, '\n', ...answers[change.kind].map(answer => JSON.stringify(answer))].flatMap(output => {
      const state = stateIn(change, output);
      const is = [
        isAsAudited(change, state) ? 'as audited' : [],
        isAsWritten(change, state) ? 'as written' : [],
      ].flat();
      const back = [undoOf(change, state), undoOf(change, state, state)];
      return [
        `  ${state.kind === 'absent' ? 'absent' : state.text}`,
        `    is: ${is.length === 0 ? 'another' : is.join(' and ')}`,
        ...back
          .slice(0, JSON.stringify(back[0]) === JSON.stringify(back[1]) ? 1 : 2)
          .map(each => `    back: ${JSON.stringify(each)}`),
      ];
    }),
  ].join('\n');

test('of each kind of change: the state in an answer, whether it is the one of the audit or of the change, and the way back', () =>
  golden('changes/states.txt', `${all.map(everyState).join('\n\n')}\n`));

test('each way back is a sound change of the same account and cluster', () => {
  for (const change of all)
    for (const answer of answers[change.kind]) {
      const state = stateIn(change, JSON.stringify(answer));
      for (const back of undoOf(change, state, state) ?? []) {
        expect([back, isSound(back)]).toEqual([back, true]);
        expect(changeTargetOf(back)).toEqual(changeTargetOf(change));
      }
    }
});

const owned = (kind: string, namespace: string, name: string) =>
  aPod({ namespace, name: `${name}-${kind}`, owner: { kind, name }, containers: [], volumes: [] });

/** An account in which each change finds what it changes, beside things of the same names elsewhere. */
const world = (): AccountSnapshot => {
  const inside = aReadCluster({
    serviceAccounts: complete([
      aServiceAccount({ labels: { [key]: 'x' } }),
      aServiceAccount({ namespace: 'other' }),
      aServiceAccount({ name: 'other' }),
    ]),
    pods: complete([
      owned('Deployment', 'checkout', 'cart'),
      owned('StatefulSet', 'checkout', 'cart'),
      owned('Rollout', 'checkout', 'cart'),
      owned('CronJob', 'checkout', 'cart'),
      owned('Deployment', 'checkout', 'other'),
      owned('Deployment', 'other', 'cart'),
    ]),
  });
  const podIdentity = complete([
    { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: role },
    { id: 'a-2', namespace: 'checkout', serviceAccount: 'other', roleArn: role },
  ]);
  const second = aCluster({ name: 'second' });
  return aSnapshot({
    providers: complete([
      aProvider({ audiences: ['sts.amazonaws.com', 'vault'] }),
      aProvider({ arn: 'arn:aws:iam::111122223333:oidc-provider/other.example' }),
    ]),
    roles: complete([aRole({ arn: role, name: 'checkout-cart' }), aRole({ arn: other, name: 'checkout-other' })]),
    quotas: complete({ trustPolicyLength: 2048, oidcProviders: 100 }),
    clusters: complete([
      { ...inside, podIdentity, addons: complete([{ name: 'vpc-cni' }]) },
      { ...inside, cluster: second, podIdentity, addons: complete([]) },
      aClusterSnapshot({ cluster: aCluster({ name: 'third' }) }),
    ]),
  });
};

/** A line for each element of a list and each other value, with its path. */
const linesOf = (value: unknown, path = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [`${path} ${value}`];
  return Object.entries(value).flatMap(([name, each]) =>
    Array.isArray(value) && !('cluster' in each) && !('clusters' in each)
      ? [`${path} ${JSON.stringify(each)}`]
      : linesOf(each, `${path}.${Array.isArray(value) ? (each.cluster?.name ?? name) : name}`),
  );
};

test('of each kind of change: what the account becomes, and nothing else', () => {
  const before = world();
  const differences = all.map(change =>
    [
      JSON.stringify(change),
      ...lineDiff(linesOf(before).join('\n'), linesOf(afterChange(before, change)).join('\n')).flatMap(line =>
        line.startsWith('  ') ? [] : [`  ${line}`],
      ),
    ].join('\n'),
  );
  golden('changes/afterwards.txt', `${differences.join('\n\n')}\n`);
  expect(before).toEqual(world());
});

test('a change of a cluster that was not read leaves it unread', () => {
  const unread = aSnapshot();
  for (const change of all.filter(
    each => !/^(?:trust|thumb|audience|provider|addon|association|webhook|auditor|objects)/.test(each.kind),
  ))
    expect(afterChange(unread, change).regions).toEqual(unread.regions);
});

type Path = readonly (string | number)[];

const leavesOf = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, each]) => leavesOf(each, [...path, name]))
    : [path];

const withLeaf = (value: unknown, [name, ...rest]: Path, put: unknown): unknown => {
  if (name === undefined) return put;
  if (Array.isArray(value)) return value.map((each, at) => (String(at) === name ? withLeaf(each, rest, put) : each));
  const { [name]: each, ...others } = value as Record<string, unknown>;
  return { ...others, [name]: withLeaf(each, rest, put) };
};

const faultsOf = (value: unknown): string =>
  changeShape
    .safeParse(value)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ') ?? 'taken';

test('of each field of a change: the refusal of a value that is no name, too long, or of another type', () => {
  const lines = all.flatMap(change => {
    expect(changeShape.parse(change)).toEqual(change);
    return leavesOf(change).flatMap(path =>
      [' \u0007', 'x'.repeat(300_000), 7, null].map(put => {
        const shown = typeof put === 'string' ? (put.length > 9 ? 'too long' : 'no name') : String(put);
        return `${change.kind} ${path.join('.')} ${shown}: ${faultsOf(withLeaf(change, path, put)).slice(0, 200)}`;
      }),
    );
  });
  golden('changes/refusals.txt', `${[...new Set(lines)].join('\n')}\n`);
});

describe('a field that is left out', () => {
  test('is refused, unless the change has a form without it', () => {
    const taken = all.flatMap(change =>
      Object.keys(change).flatMap(name => {
        const { [name as 'kind']: _, ...rest } = change;
        return isSound(change) && changeShape.safeParse(rest).success ? [`${change.kind}.${name}`] : [];
      }),
    );
    expect([...new Set(taken)]).toEqual([
      'provider-created.thumbprints',
      'provider-deleted.before',
      'annotation.before',
      'annotation.after',
      'label.before',
      'pods-restarted.restartAt',
      'webhook-restored.version',
      'addon-role.before',
      'association-deleted.before',
    ]);
  });
});

/** A change with one field set, and whether it is taken. */
const takes = (kind: ChangeKind, field: string, values: readonly unknown[]): readonly boolean[] =>
  values.map(value => {
    const change = soundChanges[kind][0] as Change;
    return changeShape.safeParse(withLeaf(change, field.split('.'), value)).success;
  });

const roleNamed = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

test.each<
  readonly [title: string, kind: ChangeKind, field: string, taken: readonly unknown[], refused: readonly unknown[]]
>([
  [
    'a role',
    'trust-policy',
    'roleArn',
    [
      roleNamed('a'),
      roleNamed('a/b/c'),
      roleNamed('A_+=,.@-1'),
      'arn:aws-us-gov:iam::111122223333:role/a',
      roleNamed('x'.repeat(2017)),
    ],
    [
      ...[
        roleNamed(''),
        roleNamed('a b'),
        roleNamed('a/'),
        roleNamed('a b/c'),
        roleNamed('x'.repeat(2018)),
        `${roleNamed('a')}\n`,
      ],
      ...[
        'arn:aws:iam::11112222333:role/a',
        'arn:aws:iam::1111222233334:role/a',
        'arn:aws:iam:eu-west-1:111122223333:role/a',
      ],
      ...[
        'arn:aws:sts::111122223333:role/a',
        'arn:aws:iam::111122223333:user/a',
        'arn:amazon:iam::111122223333:role/a',
      ],
      ...[
        'x arn:aws:iam::111122223333:role/a',
        'arn:aws:iam::x111122223333:role/a',
        'arn:aws:iam::111122223333:x-role/a',
      ],
    ],
  ],
  [
    'a provider',
    'provider-deleted',
    'providerArn',
    ['arn:aws:iam::111122223333:oidc-provider/a', 'arn:aws:iam::111122223333:oidc-provider/A.example/id/1'],
    [
      ...['arn:aws:iam::111122223333:oidc-provider/', 'arn:aws:iam::111122223333:oidc-provider/-a', roleNamed('a')],
      ...['arn:aws:iam::111122223333:oidc-provider/a b', 'arn:aws:iam::111122223333:oidc-provider/a\u0007'],
    ],
  ],
  [
    'a cluster',
    'addon-created',
    'clusterArn',
    [
      `arn:aws:eks:eu-west-1:111122223333:cluster/${'x'.repeat(100)}`,
      'arn:aws-cn:eks:cn-north-1:111122223333:cluster/a-_',
    ],
    [
      ...[
        `arn:aws:eks:eu-west-1:111122223333:cluster/${'x'.repeat(101)}`,
        'arn:aws:eks:eu-west-1:111122223333:cluster/-a',
      ],
      ...[
        'arn:aws:eks::111122223333:cluster/a',
        'arn:aws:eks:EU:111122223333:cluster/a',
        'arn:aws:eks:eu-west-1:1:cluster/a',
      ],
    ],
  ],
  [
    'a region',
    'addon-created',
    'clusterArn',
    ['eux', `eu${'x'.repeat(30)}`].map(at => `arn:aws:eks:${at}:111122223333:cluster/a`).slice(1),
    ['eu', `eu${'x'.repeat(31)}`, 'e-west'].map(at => `arn:aws:eks:${at}:111122223333:cluster/a`),
  ],
  ['a name of an add-on', 'addon-created', 'addon', ['a', 'x'.repeat(100)], ['', 'x'.repeat(101), '-a', 'a b']],
  [
    'a namespace',
    'annotation',
    'namespace',
    ['a', 'x'.repeat(63), 'a-1'],
    ['', 'x'.repeat(64), 'a.b', 'A', '-a', 'a-'],
  ],
  [
    'a service account',
    'annotation',
    'serviceAccount',
    ['a', 'x'.repeat(253), 'a.b'],
    ['', 'x'.repeat(254), 'A', 'a..b', 'a.-b'],
  ],
  [
    'a key',
    'annotation',
    'key',
    ['a', 'A.b_c-d', 'x.example/a', 'x'.repeat(63)],
    ['', 'a/b/c', '/a', 'x/', 'x'.repeat(64), 'a b', '_a'],
  ],
  ['a value', 'annotation', 'after', ['', 'x'.repeat(262_144), 'a\nb'], ['x'.repeat(262_145)]],
  [
    'an address of a server',
    'annotation',
    'cluster.server',
    ['https://a'],
    ['http://a', 'a', ' https://a', 'https://a\n'],
  ],
  [
    'an authority',
    'annotation',
    'cluster.authority',
    ['0a'.repeat(32)],
    ['0A'.repeat(32), '0a'.repeat(31), '0a'.repeat(33), 'x'.repeat(64)],
  ],
  ['a context', 'annotation', 'cluster.context', ['', 'x'.repeat(2048), 'a b'], ['x'.repeat(2049), 'a\tb']],
  [
    'thumbprints',
    'thumbprints',
    'after',
    [[], Array(100).fill('aB'.repeat(20))],
    [['a'.repeat(39)], ['a'.repeat(41)], ['g'.repeat(40)], Array(101).fill('a'.repeat(40))],
  ],
  ['an audience', 'audience-added', 'audience', ['a', 'x'.repeat(255)], ['', 'x'.repeat(256)]],
  ['audiences', 'provider-created', 'audiences', [[], Array(1000).fill('a')], [Array(1001).fill('a'), ['']]],
  ['a policy', 'trust-policy', 'after', ['{}', `"${'x'.repeat(199_998)}"`], ['{', '', `"${'x'.repeat(199_999)}"`]],
  [
    'a session policy',
    'association-created',
    'association.policy',
    [null, '{}'],
    ['[]', '"file:///x"', '{', `{"a":"${'x'.repeat(100_000)}"}`],
  ],
  [
    'an id of an association',
    'association-deleted',
    'associationId',
    ['a-1', `a-${'z'.repeat(64)}`],
    ['a-', `a-${'z'.repeat(65)}`, 'A-1', 'b-1', 'a-1 '],
  ],
  [
    'a workload',
    'pods-restarted',
    'workload',
    ['deployment', 'statefulset', 'daemonset', 'rollout', 'replicaset', 'replicationcontroller', 'cronjob'].map(
      kind => `${kind}/a`,
    ),
    ['pod/a', 'job/a', 'Deployment/a', 'deployment', 'deployment/', 'deployment/a/b', '/a'],
  ],
  [
    'pods',
    'pods-restarted',
    'pods',
    [[], [{ name: 'a' }], [{ name: 'a', createdAt: '2026-01-01' }]],
    [
      [{ name: 'A' }],
      [{ name: 'a', createdAt: '2026-1-1' }],
      [{ name: 'a', createdAt: `${'1'.repeat(41)}` }],
      [{ name: 'a', createdAt: 'yesterday 1' }],
      Array(100_001).fill({ name: 'a' }),
    ],
  ],
  [
    'a time of a restart',
    'pods-restarted',
    'restartAt',
    ['2026-11-01T05:00:00Z'],
    ['2026-11-01', 'now', '2026-13-01T05:00:00Z'],
  ],
  [
    'a certificate authority',
    'webhook-restored',
    'caBundle',
    ['QUJD', 'QQ==', 'x'.repeat(262_144)],
    ['', 'a b', 'x'.repeat(262_145), '-a'],
  ],
  ['a version', 'webhook-restored', 'version', ['1', 'x'.repeat(128)], ['x'.repeat(129), 'a\n']],
  [
    'a code of a quota',
    'quota-requested',
    'code',
    ['L-ABCD', `L-${'0'.repeat(16)}`],
    ['L-ABC', `L-${'0'.repeat(17)}`, 'l-ABCD', 'ABCD'],
  ],
  ['a value of a quota', 'quota-requested', 'value', [1, 8192], [0, -1, 1.5, '1']],
  ['an account', 'quota-requested', 'accountId', ['012345678901'], ['01234567890', '0123456789012', '01234567890x']],
])('%s is a name as AWS and Kubernetes have it, up to its longest', (_, kind, field, taken, refused) => {
  expect(takes(kind, field, taken)).toEqual(taken.map(() => true));
  expect(takes(kind, field, refused)).toEqual(refused.map(() => false));
});

const reverted = (document: unknown): boolean =>
  isSound({ ...soundChanges['objects-reverted'][1], documents: [JSON.stringify(document)] });
const roleWith = (verbs: unknown) => ({ kind: 'ClusterRole', metadata: { name: 'irsa-auditor' }, rules: [{ verbs }] });
const bindingTo = (name: string) => ({
  kind: 'ClusterRoleBinding',
  metadata: { name: 'irsa-auditor' },
  roleRef: { name },
});

test('an object is written back only if it is one that fix writes, reads alone, and leads to the role of the auditor', () => {
  const taken = [
    roleWith(['get', 'list', 'watch']),
    roleWith('get'),
    roleWith([]),
    bindingTo('irsa-auditor'),
    webhookDocument('QUJD'),
  ];
  const refused = [
    ...[roleWith(['get', 'create']), roleWith('*'), roleWith(undefined), { ...roleWith([]), rules: ['x'] }],
    ...[bindingTo('cluster-admin'), { kind: 'Secret', metadata: { name: 'irsa-auditor' } }, {}, [], 'x'],
    ...[
      { kind: 'ClusterRole', metadata: { name: 'cluster-admin' } },
      { kind: 'toString', metadata: {} },
    ],
  ];
  expect(taken.map(reverted)).toEqual(taken.map(() => true));
  expect(refused.map(reverted)).toEqual(refused.map(() => false));
  expect(isSound({ ...soundChanges['objects-reverted'][1], absent: ['clusterrole/cluster-admin'] })).toBe(false);
});

test('a kind that does not exist is refused', () => expect(faultsOf({ kind: 'toString' })).toContain('Invalid option'));
