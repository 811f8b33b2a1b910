import { expect, test } from '@jest/globals';
import { clusterRole, clusterRoleBinding } from '../../lib/fixes/rbac-documents.ts';
import { webhookDocument } from '../../lib/fixes/webhook-document.ts';
import type { Change } from '../../lib/model/step.ts';
import { gainsByChange } from '../../lib/plan/gains-by-change.ts';
import { soundChanges } from '../fixes/changes.ts';
import { aRole, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';

const roleArn = aRole().arn;
const narrow = aTrustPolicy({ subject: 'system:serviceaccount:checkout:cart' });
const wide = aTrustPolicy({ subject: 'system:serviceaccount:checkout:*' }).replace('StringEquals', 'StringLike');
const policyOf = (principal: object, action = 'sts:AssumeRole'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: action }] });
const everyone = policyOf({ AWS: '*' });
const node = policyOf({ Service: 'ec2.amazonaws.com' });
const none = JSON.stringify({ Version: '2012-10-17', Statement: [] });
/** More patterns than can be compared within the stated work. */
const many = Array.from({ length: 40 }, (_, at) => at);
const sub = `${exampleIssuer.replace('https://', '')}:sub`;
const tooMuch = aTrustPolicy({
  condition: {
    StringLike: { [sub]: many.map(at => `system:serviceaccount:*${at}*x*:*${at}*`) },
    StringNotLike: { [sub]: many.map(at => `*${at}y*${at}*`) },
  },
});
const nobody = aTrustPolicy({
  condition: { StringLike: { [sub]: 'system:serviceaccount:*:cart' }, StringNotLike: { [sub]: 'system:*' } },
});
const edit = (before: string, after: string): Change => ({ kind: 'trust-policy', roleArn, before, after });

test.each<[string, boolean, Change]>([
  ['a narrower policy', false, edit(wide, narrow)],
  ['a wider policy', true, edit(narrow, wide)],
  ['the same policy', false, edit(wide, wide)],
  ['a role for everyone', true, edit(narrow, everyone)],
  ['a role for a service more', true, edit(none, node)],
  ['a service less', false, edit(node, none)],
  ['another service account', true, edit(narrow, narrow.replace('checkout:cart', 'checkout:pay'))],
  // Nobody is found who gains, and it is not known that there is none.
  ['a policy instead of one that is too complex to be compared', true, edit(tooMuch, nobody)],
  ['the same policy that allows nobody', false, edit(nobody, nobody)],
  ['no policy before', true, edit('{}', narrow)],
  ['no policy after', true, edit(narrow, '{}')],
])('%s', (_, gives, change) => {
  expect(gainsByChange(change, '2026-11-01T06:00:00Z').length > 0).toBe(gives);
});

test('of the other kinds these give access, and no other', () => {
  const all: readonly Change[] = Object.values(soundChanges).flat();
  const giving = all.filter(
    one => one.kind !== 'trust-policy' && gainsByChange(one, '2026-11-01T06:00:00Z').length > 0,
  );
  expect([...new Set(giving.map(({ kind }) => kind))]).toEqual([
    ...['audience-added', 'provider-created', 'annotation', 'service-account-created', 'workload-service-account'],
    ...['auditor-access-granted', 'objects-reverted', 'addon-role', 'addon-created'],
    ...['association-created', 'association-updated'],
  ]);
});

const host = exampleIssuer.replace('https://', '');
/** The policy with one more statement for every service account, by tokens of the same issuer and these tests. */
const opened = (condition: object): string => {
  const policy = JSON.parse(narrow) as { readonly Statement: readonly Record<string, unknown>[] };
  const { Principal, Action } = policy.Statement[0] ?? {};
  const one = { Effect: 'Allow', Principal, Action, Condition: condition };
  return JSON.stringify({ Version: '2012-10-17', Statement: [...policy.Statement, one] });
};
const now = '2026-11-01T06:00:00.000Z';
const everyoneOf = `system:serviceaccount:* except system:serviceaccount:checkout:cart of ${host} with audience sts.amazonaws.com gains role ${roleArn}`;

test.each<readonly [string, object, string]>([
  ['now', { StringLike: { 'aws:RequestedRegion': '*' } }, everyoneOf],
  [
    'in a minute',
    { DateGreaterThan: { 'aws:CurrentTime': '2026-11-01T06:01:00Z' } },
    `${everyoneOf}, from 2026-11-01T06:01:00Z on`,
  ],
  [
    'in a month',
    { DateGreaterThanEquals: { 'aws:CurrentTime': '2026-12-01T00:00:00+01:00' } },
    `${everyoneOf}, from 2026-11-30T23:00:00Z on`,
  ],
  [
    'by the epoch',
    { NumericGreaterThan: { 'aws:EpochTime': '1798000000' } },
    `${everyoneOf}, from 2026-12-23T04:26:41Z on`,
  ],
  [
    'for one instant',
    { DateEquals: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
    `${everyoneOf}, from 2027-01-01T00:00:00Z on`,
  ],
  ['at a time that AWS does not document', { DateGreaterThan: { 'aws:CurrentTime': 'Christmas 2026' } }, everyoneOf],
])('a policy that opens %s says who gains, and from when', (_, condition, sentence) => {
  expect(gainsByChange(edit(narrow, opened(condition)), now)).toContain(sentence);
});

/** Statements that a planted journal may write beside the statement that is there: each gives somebody the role. */
test.each<readonly [string, object]>([
  ['a session name', { StringEquals: { 'sts:RoleSessionName': 'x' } }],
  ['an address', { IpAddress: { 'aws:SourceIp': '198.51.100.7/32' } }],
  ['a network', { StringEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } }],
  ['a user agent', { StringEquals: { 'aws:UserAgent': 'x' } }],
  ['another audience', { StringEquals: { [`${exampleIssuer.replace('https://', '')}:aud`]: 'x' } }],
])('a statement for all service accounts by %s gives', (_, condition) => {
  expect(gainsByChange(edit(narrow, opened(condition)), now)).not.toEqual([]);
});

test('a statement for one foreign account gives, whatever organization or network it must be of', () => {
  const policy = JSON.parse(narrow) as { readonly Statement: readonly object[] };
  for (const Condition of [
    {},
    { StringEquals: { 'aws:PrincipalOrgID': 'o-zz11yy22xx' } },
    { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } },
    { StringEquals: { 'sts:ExternalId': 'x' } },
  ]) {
    const one = { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'sts:AssumeRole', Condition };
    const after = JSON.stringify({ ...policy, Statement: [...policy.Statement, one] });
    expect(gainsByChange(edit(narrow, after), now)).not.toEqual([]);
  }
});

test('a policy that was open before, and one that has closed for good, give nothing', () => {
  const past = { DateLessThan: { 'aws:CurrentTime': '2026-10-01T00:00:00Z' } };
  expect(gainsByChange(edit(narrow, opened(past)), now)).toEqual([]);
  const later = opened({ DateGreaterThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } });
  expect(gainsByChange(edit(later, later), now)).toEqual([]);
});

test('a Deny that ends gives what it refused, from its end on', () => {
  const allows = JSON.parse(wide) as { readonly Statement: readonly Record<string, unknown>[] };
  const [first] = allows.Statement;
  const deny = (until: object) =>
    JSON.stringify({ ...allows, Statement: [first, { ...first, Effect: 'Deny', Condition: until }] });
  const ends = deny({ DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } });
  const stays = deny({ StringLike: { [`${host}:sub`]: '*' } });
  expect(gainsByChange(edit(stays, ends), now)).toEqual([
    expect.stringMatching(/^system:serviceaccount:checkout:\* .* gains role .*, from 2026-12-01T00:00:00Z on$/),
  ]);
});

const cluster = { name: 'shop', server: 'https://api.example' };
const reverted = (document: object): Change => ({
  ...{ kind: 'objects-reverted', cluster, documents: [JSON.stringify(document)], absent: [] },
});
const managed = webhookDocument('Zm9v');
const [entry] = managed.webhooks;
const hook = (over: object) => ({ ...managed, webhooks: [{ ...entry, ...over }] });
const podRule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const role = (...rules: readonly object[]) => ({ ...clusterRole, rules });
const bound = (...subjects: readonly object[]) => ({ ...clusterRoleBinding, subjects });

test.each<readonly [string, object, readonly string[]]>([
  ['the webhook as EKS makes it', managed, []],
  ['the webhook with another bundle', webhookDocument('YmFy'), []],
  ['the webhook for no pod', hook({ matchConditions: [{ name: 'never', expression: 'false' }] }), []],
  ['no webhook', { ...managed, webhooks: [] }, []],
  [
    'another server',
    hook({ clientConfig: { url: 'https://hooks.example/mutate' }, rules: [podRule] }),
    ['the server at https://hooks.example/mutate receives, and may change, CREATE of pods'],
  ],
  [
    'a service',
    hook({ clientConfig: { service: { namespace: 'tools', name: 'hook' } }, rules: [podRule] }),
    ['service tools/hook of the cluster receives, and may change, CREATE of pods'],
  ],
  [
    'a service beside the URL of EKS',
    hook({ clientConfig: { url: entry?.clientConfig.url, service: { namespace: 'tools', name: 'hook' } } }),
    ['service tools/hook of the cluster receives, and may change, CREATE of pods'],
  ],
  [
    'every object',
    hook({ rules: [{ ...podRule, apiGroups: ['*'], resources: ['*/*'], operations: ['CREATE', 'UPDATE'] }] }),
    ['the server at https://127.0.0.1:23443/mutate receives, and may change, CREATE, UPDATE of */*'],
  ],
  [
    'rules that cannot be read',
    hook({ rules: 'x' }),
    ['the server at https://127.0.0.1:23443/mutate receives, and may change, * of *'],
  ],
  ['the ClusterRole of the auditor', clusterRole, []],
  ['a part of it', role({ apiGroups: [''], resources: ['pods'], verbs: ['list'] }), []],
  [
    'one named object of a kind that it reads',
    role({ apiGroups: [''], resources: ['services'], resourceNames: ['a'], verbs: ['get'] }),
    [],
  ],
  [
    'secrets',
    role({ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }),
    ['every subject of ClusterRole irsa-auditor may get, list secrets'],
  ],
  [
    'a named object without its name',
    role({ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }),
    ['every subject of ClusterRole irsa-auditor may get configmaps'],
  ],
  [
    'a subresource',
    role({ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }),
    ['every subject of ClusterRole irsa-auditor may get pods/log'],
  ],
  [
    'everything',
    role({ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }),
    ['every subject of ClusterRole irsa-auditor may get *'],
  ],
  [
    'paths',
    role({ nonResourceURLs: ['/*'], verbs: ['get'] }),
    ['every subject of ClusterRole irsa-auditor may get /*'],
  ],
  ['the binding of the auditor', clusterRoleBinding, []],
  [
    'whoever is not signed in',
    bound(...clusterRoleBinding.subjects, { kind: 'Group', name: 'system:unauthenticated' }),
    ['Group system:unauthenticated gains the rights of ClusterRole irsa-auditor'],
  ],
  [
    'a user called like the group',
    bound({ kind: 'User', name: 'irsa-auditor' }),
    ['User irsa-auditor gains the rights of ClusterRole irsa-auditor'],
  ],
  [
    'a service account',
    bound({ kind: 'ServiceAccount', namespace: 'tools', name: 'bot' }),
    ['ServiceAccount tools/bot gains the rights of ClusterRole irsa-auditor'],
  ],
])('objects that go back to %s', (_, document, gains) => {
  expect(gainsByChange(reverted(document), now)).toEqual(gains);
});

const account = { cluster, namespace: 'checkout', serviceAccount: 'cart' };
const [first, second] = ['A'.repeat(40), 'b'.repeat(40)];
const providerArn = 'arn:aws:iam::111122223333:oidc-provider/idp.example';

test.each<readonly [string, Change, boolean]>([
  [
    'an annotation that names a role',
    { kind: 'annotation', ...account, key: 'eks.amazonaws.com/role-arn', after: roleArn },
    true,
  ],
  [
    'one that names no role',
    { kind: 'annotation', ...account, key: 'eks.amazonaws.com/role-arn', after: 'app' },
    false,
  ],
  [
    'an annotation that is removed',
    { kind: 'annotation', ...account, key: 'eks.amazonaws.com/role-arn', before: roleArn },
    false,
  ],
  [
    'an option of the webhook',
    { kind: 'annotation', ...account, key: 'eks.amazonaws.com/audience', after: 'a' },
    false,
  ],
  [
    'an annotation of another cloud',
    { kind: 'annotation', ...account, key: 'iam.gke.io/gcp-service-account', after: 'a' },
    true,
  ],
  ['a service account that is deleted', { kind: 'service-account-deleted', ...account, annotations: {} }, false],
  ['a service account that is created', { kind: 'service-account-created', ...account, annotations: {} }, true],
  [
    'thumbprints that were there, in another order and case',
    { kind: 'thumbprints', providerArn, before: [first, second], after: [second, first.toLowerCase()] },
    false,
  ],
  ['a thumbprint less', { kind: 'thumbprints', providerArn, before: [first, second], after: [second] }, false],
  ['another thumbprint', { kind: 'thumbprints', providerArn, before: [first], after: [second] }, true],
])('%s', (_, change, gives) => {
  expect(gainsByChange(change, now).length > 0).toBe(gives);
});
