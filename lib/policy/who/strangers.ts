/**
 * Everyone outside of the zone of trust who may assume a role, but service accounts of clusters: principals of AWS, and
 * logins of identity providers. Each is proven by a request that it can make, or cannot be excluded for a reason.
 */
import type { Policy } from '../parse/policy.ts';
import { accountsIn } from './account-strangers.ts';
import { type Budget, policyBudget } from './budget.ts';
import { loginsIn } from './login-strangers.ts';
import type { Stranger, StrangersContext } from './stranger.ts';

/** All of them, each principal of a statement once. Pure, total, within the budget. */
export const strangersIn = (
  policy: Policy,
  context: StrangersContext,
  budget: Budget = policyBudget(),
): readonly Stranger[] =>
  policy.statements
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(statement =>
      [...accountsIn(statement, policy, context, budget), ...loginsIn(statement, policy, context, budget)].map(
        found => ({
          ...found,
          statement,
          passed: statement.conditions.map(({ operator, key }) => `${operator} ${key.text}`),
        }),
      ),
    );
