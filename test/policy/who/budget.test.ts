import { describe, expect, test } from '@jest/globals';
import { isSpent, policyBudget, spend } from '../../../lib/policy/who/budget.ts';
import {
  accountBudget,
  hintBudget,
  policyWork,
  statementBudget,
  statementShare,
  strangersIn,
  withPart,
} from '../../../lib/policy.ts';
import { mustParse } from '../../support/trust-cases.ts';

describe('the work of a policy', () => {
  test('ends where it was done, in counted steps', () => {
    const budget = policyBudget();
    spend(budget, policyWork);
    expect([budget.left, isSpent(budget)]).toEqual([0, false]);
    spend(budget, 1);
    expect(isSpent(budget)).toBe(true);
  });

  test('counts for the account beyond its share, and each statement has its share however much the others did', () => {
    const account = accountBudget();
    const whole = account.left;
    const modest = statementBudget(1, account);
    spend(modest, statementShare);
    expect(account.left).toBe(whole);
    spend(modest, 5);
    expect(account.left).toBe(whole - 5);
    account.left = -1;
    expect(isSpent(modest)).toBe(true);
    const later = statementBudget(4, account);
    spend(later, statementShare);
    expect(isSpent(later)).toBe(false);
    spend(later, 1);
    expect(isSpent(later)).toBe(true);
  });

  test('the account has that of thirty policies; hints have a quarter of their own', () => {
    expect(accountBudget().left).toBe(30 * policyWork);
    expect(hintBudget()).toEqual({ left: policyWork / 4 });
    const account = accountBudget();
    expect(hintBudget(account)).toEqual({ left: policyWork / 4, share: statementShare, account });
    expect(policyBudget()).toEqual({ left: policyWork });
  });

  test('is divided among the statements of a policy', () => {
    const account = accountBudget();
    expect([0, 1, 4].map(count => statementBudget(count, account).left)).toEqual([
      policyWork,
      policyWork,
      policyWork / 4,
    ]);
  });

  test('a part of it ends by itself, and the rest is there for what comes after', () => {
    const account = { left: 100 };
    const budget = { left: 1000, share: 50, account };
    const outcome = withPart(budget, 4, part => {
      expect(part).toEqual({ left: 250, share: 12, account });
      spend(part, 251);
      return isSpent(part);
    });
    expect(outcome).toBe(true);
    expect(budget).toEqual({ left: 749, share: -201, account: { left: -151 } });
    expect(isSpent({ left: 749, account: { left: 1 } })).toBe(false);
    expect(withPart({ left: 9 }, 2, part => part)).toEqual({ left: 4 });
  });
});

test('whoever writes many policies gets the share of each once the work of the account is used up', () => {
  const word = (at: number): string => [...'abcbacbcab'].map((_, each, all) => all[(each * 7 + at) % 10]).join('*');
  const tags = (at: number): Record<string, readonly string[]> =>
    Object.fromEntries([1, 2, 3, 4, 5, 6].map(tag => [`aws:PrincipalTag/${tag}`, [word(at + tag), `*${word(tag)}*`]]));
  const statement = (Effect: string, at: number) => ({
    ...{ Effect, Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    Condition: { StringLike: tags(at) },
  });
  const Statement = [1, 2, 3, 4, 5, 6, 7, 8].map(at => statement(at % 2 === 0 ? 'Deny' : 'Allow', at));
  const policy = mustParse(JSON.stringify({ Version: '2012-10-17', Statement }));
  const context = {
    roleArn: 'arn:aws:iam::111122223333:role/cart',
    zone: { accounts: new Set<string>(), principals: new Set<string>(), issuers: new Set<string>() },
    isCluster: () => false,
    audiencesOf: () => undefined,
  };
  const account = { left: 0 };
  const budget = hintBudget(account);
  const found = strangersIn(policy, context, budget);
  // Nothing is proven closed that is not looked at.
  expect(found.length).toBeGreaterThan(0);
  expect(policyWork / 4 - budget.left).toBeLessThan(2 * statementShare);
});

describe('what a caller passes on by hundreds of statements', () => {
  const context = {
    roleArn: 'arn:aws:iam::444433332222:role/cart',
    zone: { accounts: new Set(['444433332222']), principals: new Set<string>(), issuers: new Set<string>() },
    isCluster: () => false,
    audiencesOf: () => undefined,
  };
  const allow = (Action: string, StringEquals: Record<string, string>) => ({
    ...{ Effect: 'Allow', Principal: { AWS: '*' }, Action },
    Condition: { StringEquals },
  });
  /** The strangers, and how often a part of a statement was read: the same number on every machine. */
  const askedOf = (count: number) => {
    const each = Array.from({ length: count / 2 }, (_, at) => at);
    const Statement = [
      allow('sts:AssumeRole', { 'aws:RequestTag/team': 'a', 'sts:SourceIdentity': 'bob' }),
      ...each.map(at => allow('sts:TagSession', { 'aws:RequestTag/team': `t${at}` })),
      ...each.map(at => allow('sts:SetSourceIdentity', { 'sts:SourceIdentity': `s${at}` })),
    ];
    const policy = mustParse(JSON.stringify({ Version: '2012-10-17', Statement }));
    let reads = 0;
    const statements = policy.statements.map(
      statement =>
        new Proxy(statement, {
          get: (target, key) => {
            reads += 1;
            if (reads > 10 * 960 ** 2) throw new Error('too many reads');
            return Reflect.get(target, key);
          },
        }),
    );
    const verdicts = strangersIn({ ...policy, statements }, context).map(({ verdict }) => verdict);
    return { verdicts, reads };
  };

  test('is not combined without end, and proven closed by none', () => {
    const { verdicts, reads } = askedOf(960);
    expect(verdicts).toEqual(['may-be']);
    // Each statement looks once for the others that bear on it; all combinations of two would be 230,000 questions.
    expect(reads).toBeLessThan(3 * 960 ** 2);
  });
});
