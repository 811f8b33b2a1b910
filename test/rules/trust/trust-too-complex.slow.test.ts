import { describe, expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import { policyWork, statementBudget, statementShare } from '../../../lib/policy/who/budget.ts';
import { exposuresOf } from '../../../lib/rules/trust/exposure/exposure.ts';
import { trustRules } from '../../../lib/rules/trust/rules.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { casesOf } from '../../support/sample.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { aud, findingsIn, judge, policy, statement, sub, worldOf } from './judge.ts';

const complex = statement({ Condition: complexCondition(sub) });
const open = statement({ Condition: { StringEquals: { [aud]: 'sts.amazonaws.com' } } });
/** All but what cannot be compared: it may be everything. */
const allBut = policy(open, { ...complex, Effect: 'Deny' });
const administrator = complete({ attachedPolicyArns: [], isAdministrator: true, tags: {} });

describe('what is too complex to decide is a finding as bad as what it may hide', () => {
  test('it may be every service account, of an administrator too', () => {
    expect(judge(worldOf(allBut))).toEqual(['trust-too-complex high']);
    const roles = complete([aRole({ trustPolicy: allBut, detail: administrator })]);
    const [finding] = findingsIn(worldOf('', { roles }));
    expect([finding?.ruleId, finding?.severity]).toEqual(['trust-too-complex', 'critical']);
    expect(finding?.message).toContain('at worst it is every service account of the cluster');
  });

  test('it cannot be every service account: high for an administrator', () => {
    const roles = complete([aRole({ trustPolicy: policy(complex), detail: administrator })]);
    const [finding] = findingsIn(worldOf('', { roles }));
    expect([finding?.ruleId, finding?.severity]).toEqual(['trust-too-complex', 'high']);
    expect(finding?.message).toContain('at worst it is those of arbitrary namespaces');
  });

  test('the rules that it keeps from deciding say so, with the kind of reason', () => {
    const { undecided } = evaluate(worldOf(policy(complex)), { rules: trustRules });
    const byBudget = undecided.filter(({ kind }) => kind === 'budget').map(({ ruleId }) => ruleId);
    expect(byBudget.sort()).toEqual([
      'trust-any-namespace',
      'trust-any-service-account-in-namespace',
      'trust-any-subject',
      'trust-never-matches',
      'trust-subject-pattern-broad',
    ]);
  });

  test('several audiences are one decision where the policy does not test them', () => {
    const facts = worldOf(policy(complex), { providers: complete([aProvider({ audiences: ['a', 'b', 'c'] })]) });
    const [subject] = subjectsOfAccount(facts).statement;
    if (!subject) throw new Error('no subject');
    const sets = exposuresOf(subject, facts).map(({ set }) => set);
    expect([sets.length, new Set(sets).size]).toEqual([3, 1]);
  });
});

describe('the work is counted: the same answer for any order of rules, and a bound for an account', () => {
  test('rules in another order find the same', () => {
    const facts = worldOf(policy(complex, open, statement({ Condition: complexCondition(sub, 9) })));
    const found = (rules: typeof trustRules) =>
      evaluate(facts, { rules })
        .findings.map(({ id, severity }) => `${id} ${severity}`)
        .sort();
    expect(found(trustRules.toReversed())).toEqual(found(trustRules));
  });

  test('an account that has done its work decides what people write, and says what it does not decide', () => {
    const facts = worldOf(
      policy(complex, statement({ Condition: { StringLike: { [sub]: 'system:serviceaccount:*:a' } } })),
    );
    const account = { left: -1 };
    const [hard, plain] = subjectsOfAccount(facts).statement.map(subject => ({
      ...subject,
      budget: statementBudget(1, account),
    }));
    if (!hard || !plain) throw new Error('no subjects');
    expect(exposuresOf(hard, facts).map(({ tooComplex }) => tooComplex)).toEqual([
      { kind: 'budget', mayBeEverySubject: false },
    ]);
    expect(hard.budget.left).toBeGreaterThan(policyWork - 2 * statementShare);
    expect(exposuresOf(plain, facts).map(({ set, tooComplex }) => [set.kind, tooComplex])).toEqual([
      ['pattern', undefined],
    ]);
  });

  test('a set that is decided and of which the breadth is not is too complex as well', () => {
    const facts = worldOf(
      policy(statement({ Condition: { StringLike: { [sub]: 'system:serviceaccount:*a????????????x*:app' } } })),
    );
    const [subject] = subjectsOfAccount(facts).statement;
    if (!subject) throw new Error('no subject');
    const [exposure] = exposuresOf(subject, facts);
    expect([exposure?.set.kind, exposure?.tooComplex]).toEqual(['pattern', { mayBeEverySubject: false }]);
  });
});

test('ordinary roles are all decided, thousands in one account', () => {
  const roles = Array.from({ length: casesOf(300) }, (_, at) =>
    aRole({
      name: `role-${at}`,
      arn: `arn:aws:iam::111122223333:role/role-${at}`,
      trustPolicy: policy(
        statement({ Condition: { StringLike: { [sub]: `system:serviceaccount:team-${at}:app-*` } } }),
      ),
    }),
  );
  const facts = someFacts({ roles: complete(roles) });
  const statements = subjectsOfAccount(facts).statement;
  expect(statements.filter(subject => exposuresOf(subject, facts).some(one => one.tooComplex))).toEqual([]);
  expect(statements).toHaveLength(roles.length);
});
