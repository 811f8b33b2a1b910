/** Each thing that an edit of a trust policy must not do, by itself: the proof names it. */
import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { mirrorRole } from '../../../lib/plan/move/role-edit.ts';
import { mirrorFault, retireFault, secondRoleFault } from '../../../lib/plan/move/same-subjects.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';

const url = (end: string): string => `https://oidc.eks.eu-west-1.amazonaws.com/id/${end.repeat(32)}`;
const [from, to, third] = [exampleIssuer, url('9'), url('3')];
const pathOf = (issuer: string): string => issuer.replace('https://', '');
const trusts = (issuer: string, subject = 'system:serviceaccount:checkout:cart', operator = 'StringEquals') => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider({ issuer }).arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { [operator]: { [`${pathOf(issuer)}:sub`]: subject } },
});
const toAccount = { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' };
const documentOf = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const policyOf = (...statements: readonly object[]) => {
  const parsed = trustPolicyOf({ trustPolicy: documentOf(statements) });
  if (!parsed.ok) throw new Error('no policy');
  return parsed.policy;
};
const worldOf = (...statements: readonly object[]) => {
  const role = aRole({ trustPolicy: documentOf(statements) });
  const facts = someFacts({
    roles: complete([role]),
    providers: complete([from, to, third].map(issuer => aProvider({ issuer }))),
  });
  return { role, facts, move: { from: endOf(pathOf(from), [facts]), to: endOf(pathOf(to), [facts]) } };
};
const other = 'system:serviceaccount:checkout:pay';
const audience = 'with audience sts.amazonaws.com';
const more = `service accounts could assume the role that are not those of the first cluster ${audience}`;
const less = `not every service account of the first cluster could assume the role ${audience}`;
const elsewhere = `service accounts of ${pathOf(third)} would gain or lose the role`;
const others = 'other principals would gain or lose the role';

const before = [trusts(from), trusts(third), toAccount];
const edit = (after: readonly object[]) => {
  const { role, facts, move } = worldOf(...before);
  return { move, edit: { role, facts, before: policyOf(...before), after: policyOf(...after) } };
};

test.each<readonly [string, readonly object[], string | undefined]>([
  ['the same for the second cluster', [...before, trusts(to)], undefined],
  ['more for the second cluster', [...before, trusts(to), trusts(to, other)], more],
  ['nothing for the second cluster', before, less],
  ['less for the first cluster', [trusts(to), trusts(third), toAccount], less],
  ['more for the first cluster', [...before, trusts(from, other), trusts(to)], more],
  ['more for a third cluster', [...before, trusts(to), trusts(third, other)], elsewhere],
  ['nothing for other principals', [trusts(from), trusts(third), trusts(to)], others],
  ['more for other principals', [...before, trusts(to), { ...toAccount, Principal: { AWS: '*' } }], others],
])('a copy that gives %s', (_, after, fault) => {
  const { edit: asked, move } = edit(after);
  expect(mirrorFault(asked, move)).toBe(fault);
});

test.each<readonly [string, readonly object[], string | undefined]>([
  ['the same', [trusts(to)], undefined],
  ['more', [trusts(to), trusts(to, other)], more],
  ['nothing', [], less],
  ['something to the first cluster too', [trusts(to), trusts(from)], more],
  ['something to other principals', [trusts(to), toAccount], 'other principals could assume it'],
])('a second role that gives the second cluster %s', (_, after, fault) => {
  const { edit: asked, move } = edit(after);
  expect(secondRoleFault(asked, move)).toBe(fault);
});

test.each<readonly [string, readonly object[], string | undefined]>([
  ['all of it', [trusts(third), toAccount], undefined],
  ['nothing', before, `some of its service accounts could still assume the role ${audience}`],
  ['something of a third cluster', [toAccount], elsewhere],
  ['something of other principals', [trusts(third)], others],
])('an edit that takes from the first cluster %s', (_, after, fault) => {
  expect(retireFault(edit(after).edit, pathOf(from))).toBe(fault);
});

test('a fault that a policy has already is no reason against an edit', () => {
  const odd = { ...toAccount, Resource: '*' };
  const { role, facts, move } = worldOf(trusts(from), odd);
  expect(policyOf(odd).statements.flatMap(({ problems }) => problems)).toHaveLength(1);
  expect(mirrorRole(role, facts, move).kind).toBe('step');
});
