import { expect, test } from '@jest/globals';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { type PlanChoices, planOfFacts } from '../../lib/plan/plan.ts';
import { defineRule, failed, failOrPass } from '../../lib/rules/define-rule.ts';
import type { Waiver } from '../../lib/rules/evaluate/waivers.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';

const withId = (Id: string) => ({ ...JSON.parse(aTrustPolicy()), Id });
type Policy = ReturnType<typeof withId>;

/** A rule whose fix replaces one id of a trust policy by another, or by a whole policy. */
const replacing = (id: string, impact: 'breaks' | 'exposes', from: string, to: string | Policy) =>
  defineRule({
    ...{ id, impact, kind: 'role', needs: [], severity: 'high', shownAt: 'provider-exists' },
    ...{ title: 'healthy', fault: 'faulty', says: { broken: ['broken', 'it is broken'] } },
    why: '',
    fix: '',
    references: [],
    check: ({ role: { arn, trustPolicy } }) =>
      failOrPass(
        JSON.parse(trustPolicy).Id !== from
          ? []
          : [
              {
                messageId: 'broken',
                data: { pattern: from },
                evidence: [{ what: 'a', got: from, readFrom: 'c' }],
                fix: {
                  summary: 's',
                  steps: [setTrustPolicy(arn, trustPolicy, typeof to === 'string' ? withId(to) : to)],
                },
              },
            ],
      ),
  });
const rules = [replacing('closed', 'breaks', 'old', 'open'), replacing('wide', 'exposes', 'open', 'new')];
const role = aRole({ trustPolicy: JSON.stringify(withId('old')) });
const facts = someFacts({ roles: complete([role]) });
const everything = { wants: () => true, isDecided: () => true };
const rulesOf = (waivers: readonly Waiver[], choices: PlanChoices = everything) => {
  const { fixed, left } = planOfFacts(facts, { rules, waivers }, choices);
  return { fixed: fixed.map(({ ruleId }) => ruleId), left: left.map(({ finding, why }) => [finding.ruleId, why]) };
};

test('a fix is taken with the fix of what it opens, and not where people live with that', () => {
  expect(rulesOf([])).toEqual({ fixed: ['closed', 'wide'], left: [] });
  const waiver = { reason: 'r', owner: 'o', expires: '2099-01-01', upTo: 'critical' as const, finding: 'open' };
  expect(rulesOf([{ ...waiver, rule: 'wide', subject: role.arn }])).toEqual({
    fixed: [],
    left: [['closed', expect.stringContaining('it would lead to wide')]],
  });
});

test('a finding that has a step only after the fix of another one is fixed, and no longer left', () => {
  const late = replacing('late', 'breaks', 'open', 'new');
  const waits: typeof late = {
    ...late,
    severity: 'critical',
    check: (subject, from) => {
      const verdict = late.check(subject, from);
      if (JSON.parse(subject.role.trustPolicy).Id !== 'old') return verdict;
      const evidence = [{ what: 'a', got: 'old', readFrom: 'c' }] as const;
      return failed({
        messageId: 'broken',
        data: { pattern: 'open' },
        evidence,
        fix: { summary: 's', choice: 'Wait.' },
      });
    },
  };
  const planned = (wants: PlanChoices['wants']) => {
    const opens = replacing('opens', 'breaks', 'old', 'open');
    const { fixed, left } = planOfFacts(facts, { rules: [waits, opens], waivers: [] }, { ...everything, wants });
    return { fixed: fixed.map(({ ruleId }) => ruleId), left: left.map(({ finding, why }) => [finding.ruleId, why]) };
  };
  expect(planned(() => true)).toEqual({ fixed: ['opens', 'late'], left: [] });
  expect(planned(({ ruleId }) => ruleId === 'late')).toEqual({ fixed: [], left: [['late', 'Wait.']] });
});

test('a finding that goes with the fix of another one is left to nobody', () => {
  const stuck = replacing('stuck', 'breaks', 'old', 'new');
  const withoutStep: typeof stuck = {
    ...stuck,
    severity: 'critical',
    check: ({ role: { trustPolicy } }) =>
      failOrPass(
        JSON.parse(trustPolicy).Id !== 'old'
          ? []
          : [
              {
                messageId: 'broken',
                data: { pattern: 'old' },
                evidence: [{ what: 'a', got: 'old', readFrom: 'c' }],
                fix: { summary: 's', choice: 'Wait.' },
              },
            ],
      ),
  };
  const both = [withoutStep, replacing('closes', 'breaks', 'old', 'new')];
  const { fixed, left } = planOfFacts(facts, { rules: both, waivers: [] }, everything);
  expect([fixed.map(({ ruleId }) => ruleId), left]).toEqual([['closes'], []]);
});

test('two fixes of one policy are one step, from the policy that stands there to the last', () => {
  const { steps } = planOfFacts(facts, { rules, waivers: [] }, everything);
  expect(steps.map(({ change }) => change)).toEqual([
    { ...{ kind: 'trust-policy', roleArn: role.arn, before: role.trustPolicy }, after: JSON.stringify(withId('new')) },
  ]);
});

test('a fix is not taken with one that nobody has decided, or that is not wanted', () => {
  const isFirst = ({ ruleId }: Finding): boolean => ruleId === 'closed';
  const leads = [['closed', expect.stringContaining('it would lead to wide')]];
  expect(rulesOf([], { ...everything, isDecided: isFirst })).toEqual({ fixed: [], left: leads });
  expect(rulesOf([], { ...everything, wants: isFirst })).toEqual({ fixed: [], left: leads });
});

test('who gains by two fixes of one policy is told of the whole of it', () => {
  const subjects = (...names: readonly string[]) => names.map(name => `system:serviceaccount:checkout:${name}`);
  const host = exampleIssuer.slice('https://'.length);
  const policy = (Id: string, ...names: readonly string[]): Policy => {
    const tests = { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: subjects(...names) };
    return { ...JSON.parse(aTrustPolicy({ condition: { StringEquals: tests } })), Id };
  };
  const wider = [
    replacing('first', 'breaks', 'old', policy('between', 'cart', 'pay')),
    replacing('second', 'breaks', 'between', policy('new', 'cart', 'pay', 'ship')),
  ];
  const roles = complete([aRole({ trustPolicy: JSON.stringify(policy('old', 'cart')) })]);
  const world = someFacts({ roles, providers: complete([aProvider()]) });
  const { steps, fixed } = planOfFacts(world, { rules: wider, waivers: [] }, everything);
  expect(fixed).toHaveLength(2);
  const [before, after] = [policy('old', 'cart'), policy('new', 'cart', 'pay', 'ship')].map(one => JSON.stringify(one));
  expect(steps.map(({ change }) => change)).toEqual([{ kind: 'trust-policy', roleArn: role.arn, before, after }]);
  expect(steps.map(({ findingIds }) => findingIds)).toEqual([fixed.map(({ id }) => id)]);
  expect(steps.map(({ access = [] }) => access.flatMap(({ gains }) => gains.flatMap(one => one.subjects)))).toEqual([
    subjects('pay', 'ship'),
  ]);
});
