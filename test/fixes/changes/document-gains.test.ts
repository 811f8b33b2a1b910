/** The rights that a written object gives beyond the documents of this program: of two entries each is told, and what cannot be
 *  read counts as all. */
import { expect, test } from '@jest/globals';
import { gainsOfDocument } from '../../../lib/fixes/changes/document-gains.ts';

const url = 'https://127.0.0.1:23443/mutate';
const pods = { operations: ['CREATE'], apiGroups: [''], resources: ['pods'] };
const secrets = { operations: ['CREATE', 'UPDATE'], apiGroups: [''], resources: ['secrets', 'configmaps'] };
const own = { clientConfig: { url }, rules: [pods] };
const role = 'every subject of ClusterRole irsa-auditor may';
const alike = `the server at ${url} receives, and may change, CREATE of pods`;

test.each<[string, unknown, readonly string[]]>([
  ['the webhook of EKS', [own], []],
  ['the same for two rules, each of pods', [{ ...own, rules: [pods, pods] }], []],
  ['a second rule of it', [{ ...own, rules: [pods, secrets] }], [`${alike}; CREATE, UPDATE of secrets, configmaps`]],
  [
    'another server, behind that of EKS',
    [own, { clientConfig: { url: 'https://a.example/x' }, rules: [pods] }],
    ['the server at https://a.example/x receives, and may change, CREATE of pods'],
  ],
  [
    'a service beside the address of EKS, with another one',
    [
      { clientConfig: { url, service: { namespace: 'a', name: 'b' } }, rules: [pods] },
      { clientConfig: { service: { namespace: 'c', name: 'd' } }, rules: [] },
    ],
    [
      'service a/b of the cluster receives, and may change, CREATE of pods',
      'service c/d of the cluster receives, and may change, nothing yet',
    ],
  ],
  ['pods of another group', [{ ...own, rules: [{ ...pods, apiGroups: ['metrics.k8s.io'] }] }], [alike]],
  ['two groups', [{ ...own, rules: [{ ...pods, apiGroups: ['', 'x'] }] }], [alike]],
  [
    'two operations',
    [{ ...own, rules: [{ ...pods, operations: ['CREATE', 'DELETE'] }] }],
    [`the server at ${url} receives, and may change, CREATE, DELETE of pods`],
  ],
  [
    'parts that are left out, or no lists of texts',
    [{ ...own, rules: [{ resources: [1] }] }],
    [`the server at ${url} receives, and may change, * of *`],
  ],
  ['an entry that is no object', ['x'], ['the server at undefined receives, and may change, nothing yet']],
])('a webhook: %s', (_, webhooks, gains) => {
  expect(gainsOfDocument({ webhooks } as never)).toEqual(gains);
});

test.each<[string, object, string | undefined]>([
  ['less than the auditor has', { apiGroups: [''], resources: ['pods'], verbs: ['list'] }, undefined],
  ['two kinds of it', { apiGroups: [''], resources: ['pods', 'namespaces'], verbs: ['list'] }, undefined],
  ['a second verb', { apiGroups: [''], resources: ['pods'], verbs: ['list', 'get'] }, `${role} list, get pods`],
  ['a second kind', { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['list'] }, `${role} list pods, secrets`],
  ['a second group', { apiGroups: ['', 'x'], resources: ['pods'], verbs: ['list'] }, `${role} list pods`],
  ['a part of a kind', { apiGroups: [''], resources: ['pods/log'], verbs: ['list'] }, `${role} list pods/log`],
  [
    'an object of a name that the auditor reads',
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['pod-identity-webhook'], verbs: ['get'] },
    undefined,
  ],
  [
    'an object of another name beside it',
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['pod-identity-webhook', 'x'], verbs: ['get'] },
    `${role} get configmaps`,
  ],
  ['objects of all names', { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }, `${role} get configmaps`],
  ['a path of it', { nonResourceURLs: ['/version'], verbs: ['get'] }, undefined],
  ['a second path', { nonResourceURLs: ['/version', '/metrics'], verbs: ['get'] }, `${role} get /version, /metrics`],
  [
    'a path beside kinds',
    { apiGroups: [''], resources: ['pods'], nonResourceURLs: ['/logs'], verbs: ['list'] },
    `${role} list pods, /logs`,
  ],
  ['verbs that are no list', { apiGroups: [''], resources: ['pods'], verbs: 'list' }, `${role} * pods`],
])('a rule: %s', (_, rule, gain) => {
  const known = { apiGroups: [''], resources: ['services'], verbs: ['get'] };
  for (const rules of [
    [known, rule],
    [rule, known],
  ])
    expect(gainsOfDocument({ rules } as never)).toEqual(gain === undefined ? [] : [gain]);
});

test('subjects: each but the group of the auditor, a user of its name too', () => {
  const subjects = [
    { kind: 'Group', name: 'irsa-auditor' },
    { kind: 'User', name: 'irsa-auditor' },
    { kind: 'ServiceAccount', namespace: 'ci', name: 'runner' },
    { kind: 'Group', name: 'devs' },
  ];
  const all = { subjects, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] };
  expect(gainsOfDocument(all)).toEqual([
    `${role} get secrets`,
    'User irsa-auditor gains the rights of ClusterRole irsa-auditor',
    'ServiceAccount ci/runner gains the rights of ClusterRole irsa-auditor',
    'Group devs gains the rights of ClusterRole irsa-auditor',
  ]);
  expect(gainsOfDocument({})).toEqual([]);
});
