import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy } from '../../support/example-world.ts';
import { aGap, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { cart, foreignTrust, otherTrusting, plain, run, volume, withEnvironment, withOther } from './worlds.ts';

const other = cart.replace('checkout-cart', 'other');

const ownTrust = otherTrusting('system:serviceaccount:checkout:cart');

run('pod-role-not-trusting', [
  [
    'a role set by hand that trusts another service account',
    worldOf(withPods(withOther()), foreignTrust),
    ['high refused'],
  ],
  ['the same without an annotation', worldOf({ ...plain, ...withPods(withOther()) }, foreignTrust), ['high refused']],
  ['a role set by hand that trusts it', worldOf(withPods(withOther()), ownTrust), []],
  ['a role that does not exist', worldOf(withPods(withOther())), ['high missing']],
  [
    'a role of an account that is not audited',
    worldOf(
      withPods(
        aPod({ containers: [withEnvironment({ AWS_ROLE_ARN: other.replace('111122223333', '444455556666') })] }),
      ),
    ),
    ['unknown not-asked-for'],
  ],
  [
    'roles that were not all read',
    worldOf(withPods(withOther()), { roles: { status: 'partial', value: [], gaps: [aGap('iam:ListRoles')] } }),
    ['unknown unread'],
  ],
  [
    'a token of unknown audience',
    worldOf(
      withPods(withOther({}, { irsaEnvironment: { AWS_ROLE_ARN: other, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' } })),
      ownTrust,
    ),
    ['unknown unread'],
  ],
  [
    'a token of another audience, which the provider refuses first: it is told with that',
    worldOf(withPods(withOther({ volumes: volume('vault').volumes })), ownTrust),
    ['high refused'],
  ],
  [
    'a token in a directory with a like name is not that of the volume',
    worldOf(
      withPods(
        withOther(
          {},
          {
            irsaEnvironment: {
              AWS_ROLE_ARN: other,
              AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount2/token',
            },
          },
        ),
      ),
      ownTrust,
    ),
    ['unknown unread'],
  ],
  [
    'the annotated role is another rule’s',
    worldOf(withPods(aPod()), {
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:basket' }) })]),
    }),
    [],
  ],
  [
    'a role without a token is none that is assumed',
    worldOf(withPods(withOther({}, { awsVariables: ['AWS_ROLE_ARN'] })), foreignTrust),
    [],
  ],
  [
    'a placeholder names no role',
    worldOf(withPods(aPod({ containers: [withEnvironment({ AWS_ROLE_ARN: '$(ROLE)' })] })), foreignTrust),
    [],
  ],
  [
    'the service account is gone',
    worldOf({ serviceAccounts: complete([]), ...withPods(withOther()) }, foreignTrust),
    [],
  ],
  [
    'a policy that depends on the request',
    worldOf(withPods(withOther()), {
      roles: complete([
        aRole(),
        aRole({
          name: 'other',
          trustPolicy: aTrustPolicy({
            condition: { StringEquals: { 'aws:SourceIp': 'x' }, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
          }),
        }),
      ]),
    }),
    ['unknown request-dependent'],
  ],
]);

test('a refused audience explains it', () => {
  const facts = worldOf(withPods(withOther({ volumes: volume('vault').volumes })), ownTrust);
  const told = evaluate(facts, { rules: catalog }).findings;
  expect(told.map(each => each.ruleId)).not.toContain('pod-role-not-trusting');
  expect(told.flatMap(({ explains }) => explains.map(each => each.ruleId))).toContain('pod-role-not-trusting');
});
