import { expect, test } from '@jest/globals';
import { isSectionBelow, nameOfUnread, sectionIds, type Unread } from '../../lib/model/unread.ts';

const accountId = '111122223333';
const reason = { kind: 'denied', operation: 'x', message: 'no' } as const;
const providerArn = `arn:aws:iam::${accountId}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A`;

test.each<[Partial<Unread> & Pick<Unread, 'section'>, string]>([
  [{ section: 'roles' }, 'roles'],
  [{ section: 'roles', part: 'page 3' }, 'roles: page 3'],
  [{ section: 'provider-detail', providerArn }, providerArn],
  [{ section: 'provider-detail' }, 'provider'],
  [{ section: 'pods', providerArn }, 'pods'],
  [{ section: 'issuer-host', issuer: 'https://oidc.example' }, 'issuer https://oidc.example'],
  [{ section: 'rule', part: 'trust-any-subject' }, 'trust-any-subject'],
])('%j is called %s', (over, name) => {
  expect(nameOfUnread({ accountId, reason, ...over })).toBe(name);
});

test.each([
  ['pods', 'pods', true],
  ['pods', 'inside', true],
  ['pods', 'account', true],
  ['inside', 'pods', false],
  ['pods', 'roles', false],
  ['issuer-host', 'clusters', true],
] as const)('%s is below %s: %s', (below, above, is) => {
  expect(isSectionBelow(below, above)).toBe(is);
});

test.each([
  ['target', ''],
  ['account', 'target'],
  ['providers', 'target account'],
  ['provider-detail', 'target account providers'],
  ['roles', 'target account'],
  ['role-detail', 'target account roles'],
  ['role-permissions', 'target account'],
  ['service-use', 'target account roles'],
  ['quotas', 'target account'],
  ['runtime', 'target account'],
  ['control-policies', 'target account'],
  ['clusters', 'target account'],
  ['inside', 'target account clusters'],
  ['pod-identity', 'target account clusters'],
  ['addons', 'target account clusters'],
  ['authorities', 'target account clusters'],
  ['nodes', 'target account clusters'],
  ['network', 'target account clusters'],
  ['access-entries', 'target account clusters'],
  ['version', 'target account clusters inside'],
  ['namespaces', 'target account clusters inside'],
  ['service-accounts', 'target account clusters inside'],
  ['pods', 'target account clusters inside'],
  ['webhook', 'target account clusters inside'],
  ['issuer-roles', 'target account clusters inside'],
  ['pod-network', 'target account clusters inside'],
  ['rbac', 'target account clusters inside'],
  ['aws-auth', 'target account clusters inside'],
  ['workloads', 'target account clusters inside'],
  ['configured-roles', 'target account clusters inside'],
  ['api-server-issuer', 'target account clusters inside'],
  ['organization', 'target account'],
  ['probe', 'target account'],
  ['issuer', 'target account clusters probe'],
  ['issuer-host', 'target account clusters probe issuer'],
  ['issuer-discovery', 'target account clusters probe issuer'],
  ['issuer-keys', 'target account clusters probe issuer'],
  ['known-state', 'target account'],
  ['rule', 'target account'],
] as const)('%s lies below %s', (id, above) => {
  expect(sectionIds.filter(each => each !== id && isSectionBelow(id, each)).join(' ')).toBe(above);
});
