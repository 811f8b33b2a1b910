import type { StatementResult } from './decision.ts';

/** How far a statement was from applying: a wrong principal counts for more than a wrong action, and that for more than
 *  tests. 0 for one that nothing certain keeps from applying. */
const distanceOf = ({ principal, action, tests }: StatementResult): number =>
  (principal.result === 'false' ? 10 : 0) +
  (action.result === 'false' ? 5 : 0) +
  tests.filter(test => test.result === 'false').length;

/** The statements that could have allowed the request, the one that came nearest first. */
export const nearestFirst = (statements: readonly StatementResult[]): readonly StatementResult[] =>
  statements.filter(({ statement }) => statement.effect !== 'Deny').sort((a, b) => distanceOf(a) - distanceOf(b));
