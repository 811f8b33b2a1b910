import { describe, expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { planOfFindings } from '../../lib/plan/plan-of-findings.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { decideOnly } from '../../lib/policy/decide/decide.ts';
import { trustPolicyOf } from '../../lib/policy/parse/trust-policy-of.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

const host = exampleIssuer.slice('https://'.length);
const arn = `arn:aws:iam::111122223333:oidc-provider/${host}`;
const roleArn = aRole().arn;
const now = '2026-11-01T06:00:00.000Z';
const everything = { wants: () => true, isDecided: () => true };

const statement = (subject: string, over: Readonly<Record<string, unknown>> = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' } },
  ...over,
});
const names = ['cart', 'pay'];
const worldOf = (statements: readonly unknown[]) =>
  someFacts({
    roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
    providers: complete([aProvider()]),
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete(
          names.map(name => aServiceAccount({ name, annotations: { 'eks.amazonaws.com/role-arn': roleArn } })),
        ),
        pods: complete([]),
      }),
    ]),
  });
const findingsOf = (statements: readonly unknown[]) => evaluate(worldOf(statements), { rules: catalog }).findings;

describe('a plan of findings that an earlier run wrote', () => {
  const twice = [
    statement('system:serviceaccount:Checkout:cart'),
    statement('system:serviceaccount:checkout:pay', { Action: 'sts:AssumeRole' }),
  ];

  test('has one policy for two faults of one role, which fixes both', () => {
    const { steps, fixed } = planOfFindings(findingsOf(twice), everything, now);
    expect(fixed.length).toBeGreaterThan(1);
    expect(steps).toHaveLength(1);
    const left = evaluate(steps.reduce(afterStep, worldOf(twice)), { rules: catalog }).findings;
    const ids = new Set(fixed.map(({ id }) => id));
    expect(left.filter(({ id }) => ids.has(id)).map(({ message }) => message)).toEqual([]);
    const gains = steps.flatMap(({ access = [] }) =>
      access.flatMap(one => one.gains.flatMap(({ subjects }) => subjects)),
    );
    expect(new Set(gains)).toEqual(new Set(names.map(name => `system:serviceaccount:checkout:${name}`)));
  });

  test('has no step for a finding that people live with, whatever is wanted', () => {
    const decision = { reason: 'moves soon', owner: 'platform', expires: '2027-01-01' };
    const waivers = findingsOf(twice).map(({ id: finding, ruleId: rule, subject }) => ({
      ...{ ...decision, rule, subject, finding, upTo: 'critical' as const },
    }));
    const options = { rules: catalog, waivers };
    const nothing = { steps: [], fixed: [], left: [] };
    expect(planOfFindings(evaluate(worldOf(twice), options).findings, everything, now)).toEqual(nothing);
    expect(planOfFacts(worldOf(twice), options, everything)).toEqual(nothing);
  });

  test('leaves a finding to the next run whose edit was made of another text of the policy', () => {
    const found = findingsOf([statement('system:serviceaccount:Checkout:cart')]);
    const one = found.find(({ ruleId }) => ruleId === 'trust-subject-malformed');
    if (one === undefined) throw new Error(`found ${found.map(({ ruleId }) => ruleId)}`);
    const other: Finding = JSON.parse(
      JSON.stringify(one).replaceAll('Checkout:cart', 'Checkout:pay').replaceAll('checkout:cart', 'checkout:pay'),
    );
    const plan = planOfFindings([one, { ...other, id: 'f'.repeat(32) }], everything, now);
    expect(plan.left.map(({ why }) => why)).toEqual([expect.stringContaining('could not be combined')]);
    expect(plan.steps).toHaveLength(1);
  });
});

const faulty = fc.constantFrom(
  statement('system:serviceaccount:checkout:cart'),
  statement('system:serviceaccount:Checkout:cart'),
  statement('system:serviceaccount:checkout:pay '),
  statement('system:serviceaccount:checkout:carts'),
  statement('system:serviceaccount:checkout:pay', { Action: 'sts:AssumeRole' }),
  statement('system:serviceaccount:checkout:pay', {
    Condition: { StringEquals: { [`https://${host}:sub`]: 'system:serviceaccount:checkout:pay' } },
  }),
  statement('system:serviceaccount:checkout:cart', {
    Condition: { StringLike: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart' } },
  }),
);
const tokens = ['cart', 'pay', 'carts', 'other'].flatMap(name =>
  ['checkout', 'Checkout', 'old'].flatMap(namespace =>
    ['sts.amazonaws.com', 'vault'].map(audience => ({
      subject: `system:serviceaccount:${namespace}:${name}`,
      audience,
    })),
  ),
);

test('the combined policy gives the role to nobody who gets it by no single fix: asked of tokens one by one', () => {
  let combined = 0;
  fc.assert(
    fc.property(fc.array(faulty, { minLength: 2, maxLength: 3 }), statements => {
      const findings = findingsOf(statements);
      const plan = planOfFindings(findings, everything, now);
      const policies = plan.steps.flatMap(({ change }) => (change?.kind === 'trust-policy' ? [change.after] : []));
      expect(policies.length).toBeLessThan(2);
      const single = plan.fixed.flatMap(({ fix }) =>
        (fix.steps ?? []).flatMap(({ change }) => (change?.kind === 'trust-policy' ? [change.after] : [])),
      );
      if (new Set(single).size > 1) combined += 1;
      const before = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      const isAllowed = (text: string, token: (typeof tokens)[number]): boolean => {
        const parsed = trustPolicyOf({ trustPolicy: text });
        if (!parsed.ok) throw new Error(text);
        return decideOnly(parsed.policy, { ...token, roleArn, issuer: exampleIssuer, now }) === 'allow';
      };
      const unasked = tokens.filter(
        token =>
          policies.some(text => isAllowed(text, token)) && ![before, ...single].some(text => isAllowed(text, token)),
      );
      expect(unasked).toEqual([]);
    }),
    { numRuns: casesOf(15) },
  );
  expect(combined).toBeGreaterThan(5);
});
