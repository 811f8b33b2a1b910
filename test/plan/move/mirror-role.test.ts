import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Role } from '../../../lib/model/account.ts';
import { complete } from '../../../lib/model/collected.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { mirrorRole } from '../../../lib/plan/move/role-edit.ts';
import { afterStep } from '../../../lib/plan/simulate.ts';
import { holds } from '../../../lib/policy/decide/formula.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import { compilePolicy } from '../../../lib/policy/who/subject-set.ts';
import { trustContextFor } from '../../../lib/rules/access/trust-context.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { casesOf } from '../../support/sample.ts';

const newIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E';
const [oldPath, newPath] = [exampleIssuer, newIssuer].map(url => url.replace('https://', '')) as [string, string];
const subjects = ['checkout:cart', 'checkout:carts', 'pay:bill', 'a:b', 'kube-system:x'].map(
  name => `system:serviceaccount:${name}`,
);
const role = (statements: readonly object[]): Role =>
  aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
const world = (roles: readonly Role[], over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ roles: complete(roles), ...over });

/** Who of the subjects may assume the role with tokens of an issuer, certainly and possibly. */
const allowed = (facts: Facts, issuer: string, audience = 'sts.amazonaws.com'): boolean[][] => {
  const [one] = facts.snapshot.roles.status === 'complete' ? facts.snapshot.roles.value : [];
  const parsed = one && trustPolicyOf(one);
  if (one === undefined || !parsed?.ok) throw new Error('no policy');
  const { certain, possible } = compilePolicy(parsed.policy, trustContextFor({ role: one }, facts, issuer, audience));
  return subjects.map(subject => [holds(certain, subject), holds(possible, subject)]);
};

/** Random policies over two issuers: whatever has a step leads to exactly the union. */
test('whatever a policy says: the second cluster then has the union of both sets, and nobody else gains or loses', () => {
  const third = 'https://oidc.eks.eu-west-1.amazonaws.com/id/3C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3C';
  const paths = [oldPath, newPath, third.replace('https://', '')];
  const anyStatement = fc.record({
    effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    provider: fc.subarray([0, 1, 2], { minLength: 1 }),
    key: fc.nat(2),
    operator: fc.constantFrom(
      'StringEquals',
      'StringLike',
      'StringNotEquals',
      'StringLikeIfExists',
      'ForAllValues:StringLike',
    ),
    values: fc.subarray([...subjects, 'system:serviceaccount:checkout:*', '*:cart', 'system:serviceaccount:*'], {
      minLength: 1,
    }),
  });
  let steps = 0;
  fc.assert(
    fc.property(fc.array(anyStatement, { minLength: 1, maxLength: 4 }), statements => {
      const one = role(
        statements.map(({ effect, provider, key, operator, values }) => ({
          Effect: effect,
          Principal: { Federated: provider.map(at => aProvider({ issuer: `https://${paths[at]}` }).arn) },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { [operator]: { [`${paths[key]}:sub`]: values } },
        })),
      );
      const facts = world([one], { providers: complete(paths.map(path => aProvider({ issuer: `https://${path}` }))) });
      const edit = mirrorRole(one, facts, { from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) });
      if (edit.kind !== 'step') return;
      steps += 1;
      const done = afterStep(facts, edit.step);
      const [before, next, other] = paths.map(path => allowed(facts, path)) as [boolean[][], boolean[][], boolean[][]];
      const union = before.map((pair, at) => pair.map((is, part) => is || next[at]?.[part] === true));
      expect(allowed(done, newPath)).toEqual(union);
      expect(allowed(done, oldPath)).toEqual(before);
      expect(allowed(done, paths[2] ?? '')).toEqual(other);
    }),
    { numRuns: casesOf(300) },
  );
  expect(steps).toBeGreaterThan(5);
});
