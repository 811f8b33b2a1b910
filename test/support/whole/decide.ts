import { decide as decideAlone } from '../../../lib/policy/decide/decide.ts';
import type { StatementResult } from '../../../lib/policy/decide/decision.ts';
import { whole } from './whole.ts';

export * from '../../../lib/policy/decide/decide.ts';

const lineOf = ({ statement, applies, principal, action, tests, problems }: StatementResult): unknown => ({
  [`Statement[${statement.index}] ${statement.effect}`]: applies,
  principal: `${principal.result} | ${principal.because}`,
  action: `${action.result} | ${action.because}`,
  tests: tests.map(({ test, ...rest }) => `${test.operator} ${test.key.text} | ${JSON.stringify(rest)}`),
  problems,
});

/** Decides, and compares the whole decision with the golden file of the test. */
export const decide: typeof decideAlone = (...asked) => {
  const decision = decideAlone(...asked);
  const { statements, reasonData, ...rest } = decision;
  whole('decision', [{ ...rest, reasonData: JSON.stringify(reasonData) }, ...statements.map(lineOf)]);
  return decision;
};
