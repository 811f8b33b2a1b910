import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { complete, valueOr } from '../../lib/model/collected.ts';
import { atLeast } from '../../lib/model/finding.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { trustPolicyOf } from '../../lib/policy/parse/trust-policy-of.ts';
import { accessOfEdit, accessOfProvider, isWide } from '../../lib/rules/access/access-change.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { defineRule, pass } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { faultyWorlds } from '../support/faulty-worlds.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

const everything = { wants: () => true, isDecided: () => true };
const applied = (facts: Facts) => {
  const plan = planOfFacts(facts, { rules: catalog }, everything);
  return { plan, facts: plan.steps.reduce(afterStep, facts) };
};

test('the whole plan, carried out, fixes what it says in one round; the next one has at most what it made visible', () => {
  let planned = 0;
  fc.assert(
    fc.property(faultyWorlds, facts => {
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
    fc.property(faultyWorlds, facts => {
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
    fc.property(faultyWorlds, facts => {
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
    fc.property(faultyWorlds, facts => {
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
    fc.property(faultyWorlds, facts => {
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

test('a plan has at most 200 fixes, and says so of the rest', () => {
  const roles = complete(Array.from({ length: 202 }, (_, at) => aRole({ name: `r-${at}`, trustPolicy: '{"Id":"x"}' })));
  const rule = defineRule({
    ...{ id: 'odd', kind: 'role', impact: 'breaks', needs: [], severity: 'high', shownAt: 'provider-exists' },
    ...{ title: 'healthy', fault: 'faulty', says: { broken: ['broken', 'it is broken'] } },
    ...{ why: '', fix: '', references: [] },
    check: ({ role: { arn, trustPolicy } }, _, fail) =>
      trustPolicy === '{}'
        ? pass
        : fail.broken({}).fix({ summary: 's', steps: [setTrustPolicy(arn, trustPolicy, {})] }),
  });
  const world = someFacts({ roles, providers: complete([]) });
  const { steps, fixed, left } = planOfFacts(world, { rules: [rule] }, everything);
  expect([steps.length, fixed.length]).toEqual([200, 200]);
  const why = 'The plan has 200 fixes already: run it, then make the next.';
  expect(left.map(each => each.why)).toEqual([why, why]);
});
