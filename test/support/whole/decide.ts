import { decide as decideAlone } from '../../../lib/policy/decide/decide.ts';
import type { StatementResult, TestResult } from '../../../lib/policy/decide/decision.ts';
import type { Reason } from '../../../lib/policy/decide/reason.ts';
import { inline } from './lines-of.ts';
import { whole } from './whole.ts';

export * from '../../../lib/policy/decide/decide.ts';

const factsOf = ({ kind, ...data }: Reason): string => `${kind} ${inline(data)}`;

const testLine = ({ test, result, actual, because, reason }: TestResult): string =>
  [
    `  ${result} ${test.operator} ${test.key.text} of ${actual === undefined ? 'nothing' : JSON.stringify(actual)}`,
    because,
    reason === undefined ? 'no reason' : factsOf(reason),
  ].join(' | ');

/** A statement on one line, its tests below. */
const statementLines = (one: StatementResult): readonly string[] => {
  const { statement, applies, principal, action, tests, problems } = one;
  const sides = Object.entries({ principal, action }).map(([name, { result, because, reason }]) =>
    [`${name} ${result}`, because, ...(reason === undefined ? [] : [reason.kind])].join(', '),
  );
  return [
    [`Statement[${statement.index}] ${statement.effect} ${applies}`, ...sides].join(' | '),
    ...tests.map(testLine),
    ...problems.map(problem => `  problem ${inline(problem)}`),
  ];
};

/** Decides, and compares the whole decision with the golden file of the test. */
export const decide: typeof decideAlone = (...asked) => {
  const decision = decideAlone(...asked);
  const { statements, reasonData, reasons, at, ...rest } = decision;
  whole('decision', [
    `${rest.decision}${at === undefined ? '' : ` at ${at.line}:${at.column}`}`,
    ...reasons.map(
      (sentence, i) => `${sentence} | ${reasonData[i] === undefined ? 'no reason' : factsOf(reasonData[i])}`,
    ),
    ...statements.flatMap(statementLines),
  ]);
  return decision;
};
