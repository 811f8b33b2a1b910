/** Trust policies, each with one fault that a rule speaks of. Every name is made up. */
import { aProvider, aTrustPolicy, exampleIssuer } from './example-world.ts';

const account = '111122223333';
export const otherAccount = '444455556666';
export const second = 'https://oidc.eks.us-east-1.amazonaws.com/id/22222222222222222222222222222222';
export const dead = exampleIssuer.replace('5C1D', '0000');
export const elsewhere = exampleIssuer.replace('5C1D', '9999');
const missing = exampleIssuer.replace('5C1D', '1111');
const key = (claim: string, issuer = exampleIssuer) => `${issuer.slice('https://'.length)}:${claim}`;
export const aud = 'sts.amazonaws.com';
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;

const withCondition = (condition: unknown, issuer = exampleIssuer) => aTrustPolicy({ issuer, condition });
const both = (...policies: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: policies.flatMap(text => (JSON.parse(text) as { Statement: unknown[] }).Statement),
  });

const other = (principal: unknown, action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: action }] });

/** Trust policies, each with its fault; `cart` is the healthy one. */
export const policies: Readonly<Record<string, string>> = {
  cart: aTrustPolicy(),
  wide: withCondition({}),
  'wide-second': withCondition({ StringEquals: { [key('aud', second)]: aud } }, second),
  'wide-dead': withCondition({ StringEquals: { [key('aud', dead)]: aud } }, dead),
  'wide-missing': withCondition({}, missing),
  namespaces: withCondition({ StringLike: { [key('sub')]: 'system:serviceaccount:*:cart', [key('aud')]: aud } }),
  namespace: withCondition({ StringLike: { [key('sub')]: 'system:serviceaccount:checkout:*', [key('aud')]: aud } }),
  broad: withCondition({ StringLike: { [key('sub')]: 'system:serviceaccount:checkout:c*', [key('aud')]: aud } }),
  refuses: aTrustPolicy({ subject: 'system:serviceaccount:checkout:nobody' }),
  nowhere: aTrustPolicy({ subject: 'system:serviceaccount:old-shop:cart' }),
  literal: aTrustPolicy({ subject: 'system:serviceaccount:checkout:*' }),
  malformed: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }),
  silent: withCondition({ StringEquals: { [key('sub')]: 'system:serviceaccount:checkout:cart' } }),
  vault: aTrustPolicy().replace(aud, 'vault'),
  dead: aTrustPolicy({ issuer: dead }),
  missing: aTrustPolicy({ issuer: missing }),
  'dead-and-missing': both(aTrustPolicy({ issuer: dead }), aTrustPolicy({ issuer: missing })),
  'missing-and-cart': both(aTrustPolicy({ issuer: missing }), aTrustPolicy()),
  two: both(aTrustPolicy(), aTrustPolicy({ issuer: second })),
  foreign: aTrustPolicy({ accountId: otherAccount }),
  elsewhere: aTrustPolicy({ issuer: elsewhere, subject: 'system:serviceaccount:far:off' }),
  action: aTrustPolicy().replace('sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole'),
  crossed: withCondition({ StringEquals: { [key('sub', second)]: 'system:serviceaccount:checkout:cart' } }),
  vacuous: withCondition({ 'ForAllValues:StringEquals': { [key('sub')]: 'system:serviceaccount:checkout:cart' } }),
  tagged: withCondition({ StringEquals: { [key('sub')]: 'system:serviceaccount:checkout:${aws:PrincipalTag/x}' } }),
  mixed: both(aTrustPolicy(), other({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole')),
  everyone: other({ AWS: '*' }, 'sts:AssumeRoleWithWebIdentity'),
  doubtful: withCondition({
    StringEquals: { [key('sub')]: 'system:serviceaccount:checkout:cart' },
    IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
  }),
  'vacuous-key': withCondition({
    'ForAllValues:StringEquals': { [key('sub', missing)]: 'system:serviceaccount:checkout:cart' },
  }),
  'two-principals': aTrustPolicy().replace(
    JSON.stringify(aProvider().arn),
    JSON.stringify([aProvider().arn, aProvider({ issuer: second }).arn, aProvider({ issuer: missing }).arn]),
  ),
  'several-subjects': withCondition({
    StringLike: {
      [key('aud')]: aud,
      [key('sub')]: ['system:serviceaccount:checkout:*', 'system:serviceaccount:*:x', 'system:serviceaccount:old:x'],
    },
  }),
  unreadable: '{"Version":',
  long: aTrustPolicy().replace('"Version"', `"Id":"${'x'.repeat(1500)}","Version"`),
};
