import { expect, test } from '@jest/globals';
import type { Change } from '../../lib/model/step.ts';
import { givesAccess } from '../../lib/plan/gives-access.ts';
import { aRole, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';

const roleArn = aRole().arn;
const narrow = aTrustPolicy({ subject: 'system:serviceaccount:checkout:cart' });
const wide = aTrustPolicy({ subject: 'system:serviceaccount:checkout:*' }).replace('StringEquals', 'StringLike');
const policyOf = (principal: object, action = 'sts:AssumeRole'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action }],
  });
const everyone = policyOf({ AWS: '*' });
const node = policyOf({ Service: 'ec2.amazonaws.com' });
const none = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const edit = (before: string, after: string): Change => ({ kind: 'trust-policy', roleArn, before, after });
const providerArn = `arn:aws:iam::111122223333:oidc-provider/${exampleIssuer.slice('https://'.length)}`;
const cluster = { name: 'shop' };

test.each<[string, boolean, Change]>([
  ['a narrower policy', false, edit(wide, narrow)],
  ['a wider policy', true, edit(narrow, wide)],
  ['the same policy', false, edit(wide, wide)],
  ['a role for everyone', true, edit(narrow, everyone)],
  ['a role for a service more', true, edit(none, node)],
  ['a service less', false, edit(node, none)],
  ['another service account', true, edit(narrow, narrow.replace('checkout:cart', 'checkout:pay'))],
  ['no policy before', true, edit('{}', narrow)],
  ['no policy after', true, edit(narrow, '{}')],
  ['a provider', true, { kind: 'provider-created', providerArn, audiences: ['sts.amazonaws.com'] }],
  ['a provider less', false, { kind: 'provider-deleted', providerArn }],
  ['an audience', true, { kind: 'audience-added', providerArn, audience: 'x' }],
  ['an audience less', false, { kind: 'audience-removed', providerArn, audience: 'x' }],
  ['an annotation', false, { kind: 'annotation', cluster, namespace: 'a', serviceAccount: 'b', key: 'k' }],
])('%s', (_, gives, change) => {
  expect(givesAccess(change, '2026-11-01T06:00:00Z')).toBe(gives);
});
