import { expect, test } from '@jest/globals';
import { isSectionBelow, nameOfUnread, type Unread } from '../../lib/model/unread.ts';

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
