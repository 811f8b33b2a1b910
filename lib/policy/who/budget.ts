import { given } from '../../text.ts';
/**
 * Work that searches may do, in counted steps and not in time: the same policy gets the same answer on every machine. A
 * step is one position of a pattern that was moved or compared; a million take some tenths of a second.
 */

/** Counts down. */
export interface Budget {
  left: number;
  /** The work that is allowed however much all policies of the account did together. */
  share?: number;
  /** The work of all policies of the account beyond their shares. */
  readonly account?: AccountBudget;
}

/** The work of all policies of an account together beyond their shares. */
export interface AccountBudget {
  left: number;
}

/** The work of one policy: about a second. */
export const policyWork = 4_000_000;

/** The share of a statement: enough for what people write. */
export const statementShare = 20_000;

/** The work of the policies of an account together, beside their shares: about half a minute. */
const accountWork = 30 * policyWork;

/** The work for the fixes and hints about one policy: apart, so that it takes nothing from its decision. */
const hintWork = policyWork / 4;

/** A budget for the policies of one account. */
export const accountBudget = (): AccountBudget => ({ left: accountWork });

/** A budget for one policy, outside of an account. */
export const policyBudget = (): Budget => ({ left: policyWork });

/** A budget for one of the statements of a policy: each has the same, so that none takes it from another. */
export const statementBudget = (statements: number, account: AccountBudget): Budget => ({
  left: Math.floor(policyWork / Math.max(1, statements)),
  share: statementShare,
  account,
});

/** A budget for the strangers, fixes and hints of one policy; of an account, with a share of what all of its policies may do. */
export const hintBudget = (account?: AccountBudget): Budget => ({
  left: hintWork,
  ...(account ? { share: statementShare, account } : {}),
});

/** Counts work that was done. */
export const spend = (budget: Budget, steps: number): void => {
  budget.left -= steps;
  if (!budget.account) return;
  budget.share = (budget.share ?? 0) - steps;
  if (budget.share < 0) budget.account.left -= steps;
};

/** No work is left: what was not found by now is unknown. */
export const isSpent = ({ left, share = 0, account }: Budget): boolean =>
  left < 0 || (account !== undefined && account.left < 0 && share < 0);

/** Does a piece of work with a part of what is left, so that what comes after it has the rest. */
export const withPart = <T>(budget: Budget, parts: number, run: (part: Budget) => T): T => {
  const { left, share, account } = budget;
  const part: Budget = {
    left: Math.floor(left / parts),
    ...(share === undefined ? {} : { share: Math.floor(share / parts) }),
    ...given({ account }),
  };
  const before = { left: part.left, share: part.share ?? 0 };
  const result = run(part);
  budget.left -= before.left - part.left;
  if (budget.share !== undefined) budget.share -= before.share - (part.share ?? 0);
  return result;
};
