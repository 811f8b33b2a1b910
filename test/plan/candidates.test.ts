import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { waysOf } from '../../lib/plan/chosen-fix.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { anAssociation, aPodIdentityRole } from '../rules/pod-identity/example-association.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { sample } from '../support/sample.ts';

/** Candidates are told, and a program takes none of them; a plan has steps of the findings that were asked for alone. */

const roleOf = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const subject = (text: string): string => `system:serviceaccount:${text}`;
const annotated = (namespace: string, name: string, role: string) =>
  aServiceAccount({ namespace, name, annotations: { 'eks.amazonaws.com/role-arn': roleOf(role) } });
const trusting = (name: string, who: string) => aRole({ name, trustPolicy: aTrustPolicy({ subject: subject(who) }) });
const namespaces = complete(
  ['catalog', 'checkout', 'shop', 'shop-eu'].map(name => ({ name, terminating: false, labels: {} })),
);
const one = (role: string, ...roles: readonly ReturnType<typeof aRole>[]): Facts =>
  someFacts({
    roles: complete(roles),
    clusters: complete([
      aReadCluster({
        namespaces,
        serviceAccounts: complete([annotated('catalog', 'importer', role)]),
        pods: complete([]),
      }),
    ]),
  });
const named = (trusted: string, ...users: readonly string[]): Facts =>
  someFacts({
    roles: complete([trusting('store', trusted)]),
    clusters: complete([
      aReadCluster({
        namespaces,
        serviceAccounts: complete(
          users.map(text => annotated(text.split('/')[0] ?? '', text.split('/')[1] ?? '', 'store')),
        ),
        pods: complete([]),
      }),
    ]),
  });
const other = (digit: string): string => exampleIssuer.replace('5C1D', `${digit}C1D`);
/** A role of a cluster that is gone, and another cluster, where `user` of namespace checkout has it by annotation; cart is the
 *  one that its trust policy names. */
const elsewhere = (issuer: string, user?: string): Facts =>
  someFacts({
    roles: complete([aRole({ name: 'prod-db', trustPolicy: aTrustPolicy({ issuer }) })]),
    providers: complete([aProvider({ issuer: other('A') })]),
    clusters: complete([
      aReadCluster(
        {
          serviceAccounts: complete(user === undefined ? [] : [annotated('checkout', user, 'prod-db')]),
          pods: complete([]),
        },
        { cluster: aCluster({ name: 'green', issuer: other('A') }) },
      ),
    ]),
  });
const associated = (...roles: readonly ReturnType<typeof aRole>[]): Facts =>
  someFacts({
    roles: complete(roles),
    clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation({ roleArn: roleOf('nodes') })]) })]),
  });
const ec2 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const podIdentityRole = (name: string) => ({ ...aPodIdentityRole(), name, arn: roleOf(name) });

interface Case {
  readonly title: string;
  readonly ruleId: string;
  readonly facts: Facts;
  /** The candidates, as their ways say it. */
  readonly candidates: readonly string[];
}
const cases: readonly Case[] = [
  {
    title: 'a role that is called alike and trusts another service account is no candidate',
    ruleId: 'service-account-role-missing',
    facts: one('store-importer', trusting('store-imported', 'catalog:report')),
    candidates: [],
  },
  {
    title: 'a role of a cluster that is gone goes to no cluster that has no user of it',
    ruleId: 'trust-provider-missing',
    facts: elsewhere(exampleIssuer.replace('5C1D2E3F', '00000000')),
    candidates: [],
  },
  {
    title: 'a role of a cluster that is gone: a cluster with a user of it is a candidate',
    ruleId: 'trust-provider-missing',
    facts: elsewhere(exampleIssuer.replace('5C1D2E3F', '00000000'), 'pay'),
    candidates: ['Name the provider'],
  },
  {
    title: 'an issuer that differs in two digits of its id is another cluster',
    ruleId: 'trust-provider-missing',
    facts: elsewhere(other('A').replace('2E3F', '2E30'), 'pay'),
    candidates: ['Name the provider'],
  },
  {
    title: 'a role for EC2 is no candidate for an association',
    ruleId: 'pod-identity-role-missing',
    facts: associated(aRole({ name: 'node', trustPolicy: ec2 })),
    candidates: [],
  },
  {
    title: 'a role that trusts Pod Identity is a candidate for an association',
    ruleId: 'pod-identity-role-missing',
    facts: associated(podIdentityRole('node')),
    candidates: ['Name role node'],
  },
  {
    title: 'of two users of a namespace the likelier one is a candidate alone',
    ruleId: 'trust-subject-unknown-service-account',
    facts: named('shop:carts', 'shop/cart', 'shop/pay'),
    candidates: [subject('shop:cart'), subject('shop:pay')],
  },
  {
    title: 'of two namespaces with a user none is taken',
    ruleId: 'trust-subject-unknown-namespace',
    facts: named('shop-us:cart', 'shop/cart', 'shop-eu/cart'),
    candidates: [subject('shop-eu:cart'), subject('shop:cart')],
  },
];

const rules = catalog;
const findingIn = ({ facts, ruleId }: Case): Finding => {
  const { findings } = evaluate(facts, { rules });
  const found = findings.find(each => each.ruleId === ruleId);
  if (found === undefined) throw new Error(`found ${findings.map(each => each.ruleId)}`);
  return found;
};

describe('a candidate', () => {
  test.each(cases)('$title', each => {
    const finding = findingIn(each);
    expect(waysOf(finding.fix).map(({ summary }) => summary)).toEqual(
      each.candidates.map(text => expect.stringContaining(text)),
    );
    const choices = { wants: ({ id }: Finding) => id === finding.id, isDecided: () => true };
    const plan = planOfFacts(each.facts, { rules }, choices);
    expect([plan.left.map(left => left.finding.id), plan.fixed, plan.steps]).toEqual([[finding.id], [], []]);
  });

  test.each(cases.filter(({ candidates }) => candidates.length > 0))('is a step once it is chosen: $title', each => {
    const { id } = findingIn(each);
    const chosen = { wants: (found: Finding) => found.id === id, isDecided: () => true, wayOf: () => 1 };
    const plan = planOfFacts(each.facts, { rules }, chosen);
    expect(plan.steps.map(({ findingIds }) => findingIds)).toEqual([[id]]);
  });
});

test('a role that trusts this service account and no other is no candidate but the fix', () => {
  const facts = one('gone', trusting('store', 'catalog:importer'));
  const finding = findingIn({ title: '', ruleId: 'service-account-role-missing', facts, candidates: [] });
  const plan = planOfFacts(facts, { rules }, { wants: ({ id }) => id === finding.id, isDecided: () => true });
  expect([plan.left, plan.steps.map(({ findingIds }) => findingIds)]).toEqual([[], [[finding.id]]]);
});

test.each([
  { title: 'of a cluster that is gone', issuer: exampleIssuer.replace('5C1D2E3F', '00000000') },
  { title: 'of an issuer that differs in two digits', issuer: other('A').replace('2E3F', '2E30') },
])('the one cluster whose user a role $title names is no candidate but the fix', ({ issuer }) => {
  const facts = elsewhere(issuer, 'cart');
  const finding = findingIn({ title: '', ruleId: 'trust-provider-missing', facts, candidates: [] });
  expect(finding.fix.summary).toContain('Name the provider');
  expect(finding.fix.choice).toContain('Confirm that service account checkout/cart of cluster green uses the role');
  expect(finding.fix.alternatives).toBeUndefined();
  const plan = planOfFacts(facts, { rules }, { wants: ({ id }) => id === finding.id, isDecided: () => true });
  expect([plan.left, plan.fixed.map(({ id }) => id)]).toEqual([[], [finding.id]]);
  expect(plan.steps.map(({ findingIds, change }) => [change.kind, findingIds])).toEqual([
    ['trust-policy', [finding.id]],
  ]);
});

test('the plan for one finding has steps of that finding alone, and no way that nobody chose', () => {
  const examples = sample(catalog, 20).map(rule => examplesOf(rule).fail.facts());
  const worlds = [...cases.map(({ facts }) => facts), ...examples];
  let seen = 0;
  for (const facts of worlds)
    for (const finding of evaluate(facts, { rules }).findings) {
      const plan = planOfFacts(facts, { rules }, { wants: ({ id }) => id === finding.id, isDecided: () => true });
      seen += plan.steps.length;
      expect(plan.steps.flatMap(({ findingIds }) => findingIds).filter(id => id !== finding.id)).toEqual([]);
      for (const { steps = [] } of finding.fix.alternatives ?? [])
        for (const { change } of steps)
          if (!(finding.fix.steps ?? []).some(step => JSON.stringify(step.change) === JSON.stringify(change)))
            expect(plan.steps).not.toContainEqual(expect.objectContaining({ change }));
    }
  expect(seen).toBeGreaterThan(10);
});

test('a plan has no step for a finding that people live with, whatever is wanted', () => {
  const facts = one('cart', trusting('cart', 'checkout:cart'));
  const { findings } = evaluate(facts, { rules });
  expect(findings.length).toBeGreaterThan(0);
  const decision = { reason: 'moves soon', owner: 'platform', expires: '2027-01-01', upTo: 'critical' as const };
  const waivers = findings.map(({ id: finding, ruleId: rule, subject: of }) => ({
    ...{ ...decision, rule, subject: of, finding },
  }));
  const all = { wants: () => true, isDecided: () => true };
  expect(planOfFacts(facts, { rules }, all).fixed.length + planOfFacts(facts, { rules }, all).left.length).toBe(
    findings.length,
  );
  expect(planOfFacts(facts, { rules, waivers }, all)).toEqual({ steps: [], fixed: [], left: [] });
});
