import { expect, test } from '@jest/globals';
import type { Change } from '../../lib/model/step.ts';
import { givesAccess } from '../../lib/plan/gives-access.ts';
import { soundChanges } from '../fixes/changes.ts';
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
  expect(givesAccess(change, '2026-11-01T06:00:00Z')).toBe(gives);
});

test('of the other kinds these give access, and no other', () => {
  const all: readonly Change[] = Object.values(soundChanges).flat();
  const giving = all.filter(one => one.kind !== 'trust-policy' && givesAccess(one, '2026-11-01T06:00:00Z'));
  expect([...new Set(giving.map(({ kind }) => kind))]).toEqual([
    ...['audience-added', 'provider-created', 'association-created', 'association-updated'],
  ]);
});
