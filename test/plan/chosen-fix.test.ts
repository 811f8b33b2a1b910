import { describe, expect, test } from '@jest/globals';
import { findingShape } from '../../lib/audit/finding-shape.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { truncateFinding } from '../../lib/history/truncate-finding.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { choiceInWords, waysInWords, waysOf, withWay } from '../../lib/plan/chosen-fix.ts';
import { newExposures, planOfFacts } from '../../lib/plan/plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Findings that can be fixed in several ways: a person takes one by its number. */

const roleArn = aRole().arn;
const subject = (text: string): string => `system:serviceaccount:${text}`;
const users = (...names: readonly string[]) =>
  complete(
    names.map(text => {
      const [namespace = '', name = ''] = text.split('/');
      return aServiceAccount({ namespace, name, annotations: { 'eks.amazonaws.com/role-arn': roleArn } });
    }),
  );
const inside = (trusted: string, ...names: readonly string[]): Facts =>
  someFacts({
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: subject(trusted) }) })]),
    providers: complete([aProvider()]),
    clusters: complete([
      aReadCluster({
        namespaces: complete(['checkout', 'shop', 'shop-eu'].map(name => ({ name, terminating: false, labels: {} }))),
        serviceAccounts: users(...names),
        pods: complete([]),
      }),
    ]),
  });
const other = (digit: string): string => exampleIssuer.replace('5C1D', `${digit}C1D`);
const usersOf = (role: string) =>
  complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': roleOf(role) } })]);
const deadCluster = (): Facts =>
  someFacts({
    roles: complete([
      aRole({ name: 'blue-cart', trustPolicy: aTrustPolicy({ issuer: exampleIssuer.replace('5C1D2E', '000000') }) }),
    ]),
    providers: complete([aProvider({ issuer: other('A') }), aProvider({ issuer: other('B') })]),
    clusters: complete([
      aReadCluster(
        { serviceAccounts: usersOf('blue-cart') },
        { cluster: aCluster({ name: 'green', issuer: other('A') }) },
      ),
      aReadCluster(
        { serviceAccounts: usersOf('blue-cart') },
        { cluster: aCluster({ name: 'blue', issuer: other('B') }) },
      ),
    ]),
  });
const roleOf = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const renamedRole = (): Facts =>
  someFacts({
    roles: complete(['store-cart1', 'store-cart2'].map(name => aRole({ name }))),
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([
          aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': roleOf('store-cart') } }),
        ]),
        pods: complete([]),
      }),
    ]),
  });

interface Case {
  readonly title: string;
  readonly ruleId: string;
  readonly facts: Facts;
  readonly ways: readonly (string | RegExp)[];
}
const cases: readonly Case[] = [
  {
    title: 'a renamed namespace: the one whose service account has the role by its annotation',
    ruleId: 'trust-subject-unknown-namespace',
    facts: inside('old-shop:cart', 'shop/cart'),
    ways: [`Name ${subject('shop:cart')} instead of ${subject('old-shop:cart')}`],
  },
  {
    title: 'two that may be meant: the nearer name first',
    ruleId: 'trust-subject-unknown-namespace',
    facts: inside('shop-us:cart', 'shop/cart', 'shop-eu/cart'),
    ways: [`Name ${subject('shop-eu:cart')}`, `Name ${subject('shop:cart')}`],
  },
  {
    title: 'several users of a namespace, of which none is likelier',
    ruleId: 'trust-subject-unknown-service-account',
    facts: inside('shop:basket', 'shop/cart', 'shop/pay'),
    ways: [`Name ${subject('shop:cart')}`, `Name ${subject('shop:pay')}`],
  },
  {
    title: 'a role of a cluster that is gone: first the one that it is called after',
    ruleId: 'trust-provider-missing',
    facts: deadCluster(),
    ways: [/Name the provider .*BC1D/, /Name the provider .*AC1D/],
  },
  {
    title: 'two roles that are called alike',
    ruleId: 'service-account-role-missing',
    facts: renamedRole(),
    ways: [`Set the annotation to ${roleOf('store-cart1')}`, `Set the annotation to ${roleOf('store-cart2')}`],
  },
];

const findingIn = ({ facts, ruleId }: Pick<Case, 'facts' | 'ruleId'>): Finding => {
  const { findings } = evaluate(facts, { rules: catalog });
  const found = findings.find(one => one.ruleId === ruleId);
  if (found === undefined) throw new Error(`found ${findings.map(one => one.ruleId)}`);
  return found;
};

describe('the ways of a finding, likeliest first, each proven', () => {
  test.each(cases)('$title', ({ facts, ruleId, ways }) => {
    const finding = findingIn({ facts, ruleId });
    const said = waysOf(finding.fix).map(({ summary }) => summary);
    expect(said).toEqual(
      ways.map(way => (typeof way === 'string' ? expect.stringContaining(way) : expect.stringMatching(way))),
    );
    expect(choiceInWords(finding.fix)).toContain(finding.fix.choice ?? '');
    const before = evaluate(facts, { rules: catalog }).findings;
    for (const number of said.map((_, at) => at + 1)) {
      const chosen = { wants: (one: Finding) => one.id === finding.id, isDecided: () => true, wayOf: () => number };
      const plan = planOfFacts(facts, { rules: catalog }, chosen);
      expect(plan.left.map(({ why }) => why)).toEqual([]);
      expect(plan.fixed[0]?.fix.summary).toBe(said[number - 1]);
      const after = evaluate(plan.steps.reduce(afterStep, facts), { rules: catalog }).findings;
      expect(after.map(({ id }) => id)).not.toContain(finding.id);
      expect(newExposures(before, after)).toEqual([]);
      const gains = plan.steps.flatMap(({ access = [] }) => access.flatMap(one => one.gains));
      expect(gains.flatMap(({ subjects, patterns }) => [...subjects, ...patterns]).length).toBeLessThan(2);
    }
  });

  test('of the catalogue’s examples every way is foreseen to work', () => {
    let seen = 0;
    for (const rule of catalog) {
      const facts = examplesOf(rule).fail.facts();
      for (const finding of evaluate(facts, { rules: [rule] }).findings)
        for (const { steps } of waysOf(finding.fix).slice(1)) {
          seen += 1;
          const after = evaluate(steps.reduce(afterStep, facts), { rules: [rule] }).findings;
          expect([rule.id, after.map(({ id }) => id)]).toEqual([rule.id, expect.not.arrayContaining([finding.id])]);
        }
    }
    expect(seen).toBeGreaterThan(1);
  });
});

describe('a chosen way', () => {
  const finding = findingIn(cases[1] as Case);

  test('takes the place of the fix: its steps, its commands, and not the code of the first', () => {
    const second = withWay(finding, 2);
    expect(second.fix.commands.join()).toContain(subject('shop:cart'));
    expect([second.fix.terraform, second.fix.cdk]).toEqual([undefined, undefined]);
    expect(withWay(finding, 1).fix.commands.join()).toContain(subject('shop-eu:cart'));
    expect(withWay(finding, undefined)).toBe(finding);
    expect(withWay(finding, 9)).toBe(finding);
  });

  test('is kept with the finding, and read again', () => {
    const kept: unknown = JSON.parse(JSON.stringify(truncateFinding(finding)));
    expect(waysInWords(findingShape.parse(kept).fix)).toEqual(waysInWords(finding.fix));
  });

  test('nothing is said of ways where there is one', () => {
    const [only] = evaluate(inside('shop:Cart', 'shop/cart'), { rules: catalog }).findings.filter(
      ({ ruleId }) => ruleId === 'trust-subject-malformed',
    );
    expect(only && waysInWords(only.fix)).toEqual([]);
    expect(only && choiceInWords(only.fix)).toBe(only?.fix.choice);
  });
});

test('what a person must confirm is that of the way: it names who gains by it', () => {
  const found = findingIn(cases[1] as Case);
  const confirmed = waysOf(found.fix).map((_, at) => {
    const { choice = '', steps = [] } = withWay(found, at + 1).fix;
    const gains = steps.flatMap(({ access = [] }) =>
      access.flatMap(one => one.gains.flatMap(({ subjects }) => subjects)),
    );
    const named = /Confirm that service account (\S+)/.exec(choice)?.[1] ?? '';
    return [gains.join(), subject(named.replace('/', ':'))];
  });
  expect(confirmed).toEqual([
    [subject('shop-eu:cart'), subject('shop-eu:cart')],
    [subject('shop:cart'), subject('shop:cart')],
  ]);
});

test('of a fix whose first way is too long to be kept, none is left to be chosen by a wrong number', () => {
  const found = findingIn(cases[1] as Case);
  const { fix } = withWay(found, 1);
  const long = (fix.steps ?? []).map(step => ({ ...step, input: 'x'.repeat(200_000) }));
  expect(waysOf(truncateFinding({ ...found, fix: { ...fix, steps: long } }).fix)).toEqual([]);
  expect(waysOf(truncateFinding({ ...found, fix }).fix).length).toBeGreaterThan(1);
});
