import { expect, test } from '@jest/globals';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { addAudience, createProvider, setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { complete, valueOr } from '../../lib/model/collected.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy, someFacts } from '../support/example-world.ts';

const other = '444455556666';
const elsewhere = indexOf([
  aSnapshot({
    accountId: other,
    roles: complete([aRole({ arn: `arn:aws:iam::${other}:role/other` })]),
    providers: complete([aProvider()].map(one => ({ ...one, arn: one.arn.replace('111122223333', other) }))),
  }),
]);

test('after a step the account and the fleet tell the same of it, and other accounts are as before', () => {
  const role = aRole();
  const facts = someFacts({ roles: complete([role]), providers: complete([aProvider()]) });
  const fleet = {
    ...facts.fleet,
    roles: [...facts.fleet.roles, ...elsewhere.roles],
    providers: [...facts.fleet.providers, ...elsewhere.providers],
  };
  const policy = JSON.parse(aTrustPolicy({ subject: 'system:serviceaccount:checkout:pay' }));
  const steps = [
    setTrustPolicy(role.arn, role.trustPolicy, policy),
    addAudience(aProvider().arn, 'vault'),
    createProvider(aProvider().arn.replace(/.$/, '0'), ['sts.amazonaws.com']),
  ];
  const after = steps.reduce(afterStep, { ...facts, fleet });
  const own = indexOf([after.snapshot]);
  expect(valueOr(after.snapshot.roles, []).map(each => JSON.parse(each.trustPolicy))).toEqual([policy]);
  expect(new Set(after.fleet.roles)).toEqual(new Set([...own.roles, ...elsewhere.roles]));
  expect(new Set(after.fleet.providers)).toEqual(new Set([...own.providers, ...elsewhere.providers]));
  expect(own).not.toEqual(indexOf([facts.snapshot]));
});
