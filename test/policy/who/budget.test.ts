import { describe, expect, test } from '@jest/globals';
import { isSpent, policyBudget, spend } from '../../../lib/policy/who/budget.ts';
import {
  accountBudget,
  hintBudget,
  policyWork,
  statementBudget,
  statementShare,
  withPart,
} from '../../../lib/policy.ts';

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
