import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, valueOr } from '../../lib/model/collected.ts';
import { atLeast } from '../../lib/model/finding.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { trustPolicyOf } from '../../lib/policy/parse/trust-policy-of.ts';
import { accessOfEdit, accessOfProvider, isWide } from '../../lib/rules/access/access-change.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

/** Worlds with one or several faults at once: of the trust policy, the provider, the annotations. */
const host = exampleIssuer.slice('https://'.length);
const arn = `arn:aws:iam::111122223333:oidc-provider/${host}`;
const roleArn = aRole().arn;
const cart = 'system:serviceaccount:checkout:cart';

const policies = fc.record({
  subjects: fc.constantFrom<readonly string[]>(
    [cart],
    ['system:serviceaccount:Checkout:cart'],
    [`${cart} `],
    [cart, 'system:serviceaccount:gone:cart'],
    ['system:serviceaccount:checkout:carts'],
  ),
  subKey: fc.constantFrom(`${host}:sub`, `https://${host}:sub`),
  audience: fc.constantFrom('sts.amazonaws.com', undefined, 'sts.amazonaws.com.cn'),
  like: fc.boolean(),
  action: fc.constantFrom('sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole'),
  second: fc.boolean(),
});

const textOf = ({
  subjects,
  subKey,
  audience,
  like,
  action,
  second,
}: typeof policies extends fc.Arbitrary<infer T> ? T : never) => {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: arn },
    Action: action,
    Condition: {
      [like ? 'StringLike' : 'StringEquals']: {
        [subKey]: subjects,
        ...(audience === undefined ? {} : { [`${host}:aud`]: audience }),
      },
    },
  };
  const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: second ? [statement, ec2] : [statement] });
};

const worlds = fc
  .record({
    policy: policies,
    audiences: fc.constantFrom<readonly string[] | undefined>(
      ['sts.amazonaws.com'],
      ['sts.amazonaws.com '],
      [],
      undefined,
    ),
    annotation: fc.constantFrom('eks.amazonaws.com/role-arn', 'eks.amazonaws.com/role_arn'),
    value: fc.constantFrom(roleArn, roleArn.replace(':role/', ':role//')),
    pods: fc.constantFrom<readonly Pod[]>(
      [],
      [aPod()],
      [aPod({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] })],
      [aPod({ owner: { kind: 'StatefulSet', name: 'cart' }, serviceAccount: 'gone' })],
    ),
    second: fc.option(policies, { nil: undefined }),
  })
  .map(({ policy, audiences, annotation, value, pods, second }) =>
    someFacts({
      roles: complete([
        aRole({ trustPolicy: textOf(policy) }),
        ...(second === undefined
          ? []
          : [aRole({ name: 'other', arn: roleArn.replace('checkout-cart', 'other'), trustPolicy: textOf(second) })]),
      ]),
      providers: complete(audiences === undefined ? [] : [aProvider({ audiences })]),
      quotas: complete({ oidcProviders: 100, trustPolicyLength: 4096 }),
      clusters: complete([
        aReadCluster({
          serviceAccounts: complete([aServiceAccount({ annotations: { [annotation]: value } })]),
          pods: complete(pods),
        }),
      ]),
    }),
  );

const everything = { wants: () => true, isDecided: () => true };
const applied = (facts: Facts) => {
  const plan = planOfFacts(facts, { rules: catalog }, everything);
  return { plan, facts: plan.steps.reduce(afterStep, facts) };
};

test('the whole plan, carried out, fixes what it says in one round; the next one has at most what it made visible', () => {
  let planned = 0;
  fc.assert(
    fc.property(worlds, facts => {
      const first = applied(facts);
      planned += first.plan.steps.length;
      const left = new Set(evaluate(first.facts, { rules: catalog }).findings.map(({ id }) => id));
      expect(first.plan.fixed.filter(({ id }) => left.has(id)).map(({ message }) => message)).toEqual([]);
      expect(applied(first.facts).plan.steps).toEqual([]);
    }),
    { numRuns: casesOf(20) },
  );
  expect(planned).toBeGreaterThan(casesOf(20));
});

type Sets = Parameters<typeof isWide>[0];
const named = (list: Sets) =>
  list.flatMap(({ roleArn: arn, gains }) =>
    gains.flatMap(({ issuer, audience, subjects, patterns }) =>
      [...subjects, ...patterns].map(one => JSON.stringify([arn, issuer, audience, one])),
    ),
  );

/** Who gained in IAM between two worlds, whatever the steps say. */
const gainedBetween = (before: Facts, after: Facts): readonly string[] =>
  valueOr(before.snapshot.roles, []).flatMap(role => {
    const now = valueOr(after.snapshot.roles, []).find(({ arn }) => arn === role.arn);
    const [was, is] = [trustPolicyOf(role), trustPolicyOf(now ?? role)];
    return was.ok && is.ok ? named([accessOfEdit(was.policy, is.policy, role, before)]) : ['not a policy'];
  });

test('after two rounds nothing above info is left that a fix claims to handle, and no role is wider than what was asked for', () => {
  fc.assert(
    fc.property(worlds, facts => {
      const first = applied(facts);
      const second = applied(first.facts);
      const left = evaluate(second.facts, { rules: catalog }).findings.filter(
        ({ severity, fix }) => atLeast(severity, 'low') && (fix.steps ?? []).some(({ change }) => change !== undefined),
      );
      expect(left.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
      const asked = new Set(
        named(
          [...first.plan.fixed, ...second.plan.fixed].flatMap(({ fix }) =>
            (fix.steps ?? []).flatMap(({ access = [] }) => access),
          ),
        ),
      );
      expect(gainedBetween(facts, second.facts).filter(one => !asked.has(one))).toEqual([]);
    }),
    { numRuns: casesOf(12) },
  );
});

test('a plan has one policy for a role, and adds only what its findings say that they add', () => {
  fc.assert(
    fc.property(worlds, facts => {
      const { plan } = applied(facts);
      const roles = plan.steps.filter(({ change }) => change?.kind === 'trust-policy');
      const arns = roles.flatMap(({ change }) => (change?.kind === 'trust-policy' ? [change.roleArn] : []));
      expect(new Set(arns).size).toBe(arns.length);
      const gained = (list: readonly { readonly access?: Parameters<typeof isWide>[0] }[]) =>
        new Set(
          list.flatMap(({ access = [] }) =>
            access.flatMap(({ gains }) =>
              gains.flatMap(({ issuer, audience, subjects, patterns }) =>
                [...subjects, ...patterns].map(one => JSON.stringify([issuer, audience, one])),
              ),
            ),
          ),
        );
      const asked = gained(plan.fixed.flatMap(({ fix }) => fix.steps ?? []));
      expect([...gained(plan.steps)].filter(one => !asked.has(one))).toEqual([]);
    }),
    { numRuns: casesOf(20) },
  );
});

test('steps that are not decided are left out of the combined policy', () => {
  fc.assert(
    fc.property(worlds, facts => {
      const plan = planOfFacts(
        facts,
        { rules: catalog },
        { wants: () => true, isDecided: ({ fix }) => fix.choice === undefined },
      );
      expect(plan.fixed.filter(({ fix }) => fix.choice !== undefined)).toEqual([]);
      expect(plan.steps.filter(({ access = [] }) => isWide(access))).toEqual([]);
    }),
    { numRuns: casesOf(12), seed: 13 },
  );
});

test('what a step says of who gains is what is decided of the world that it finds', () => {
  fc.assert(
    fc.property(worlds, facts => {
      const { plan } = applied(facts);
      let now = facts;
      for (const step of plan.steps) {
        if (step.change?.kind === 'audience-added')
          expect(step.access ?? []).toEqual(accessOfProvider(step.change.providerArn, step.change.audience, now));
        now = afterStep(now, step);
      }
    }),
    { numRuns: casesOf(12) },
  );
});
