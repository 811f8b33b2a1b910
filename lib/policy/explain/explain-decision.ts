/** A decision as lines of text: statement by statement, test by test. Made from the decision's data alone. */
import { visible } from '../../text.ts';
import type { Decision, StatementResult, Truth } from '../decide/decision.ts';
import { statementLabel, testText } from '../decide/decision-reasons.ts';
import { environmentOf } from '../decide/environment.ts';
import type { WebIdentityRequest } from '../decide/request.ts';
import { principalSlip, suggestCorrection } from './suggest-correction.ts';

/** Marks of truth: plain letters, so that they survive any terminal. */
const marks: Readonly<Record<Truth, string>> = { true: 'yes', false: 'no ', unknown: '?  ' };

/** The lines of an explanation, without colour. The first one is the decision. `controls`: whether resource control policies
 *  were looked at. */
export const explainDecision = (
  decision: Decision,
  request: WebIdentityRequest,
  controls: 'evaluated' | 'not evaluated' = 'not evaluated',
): readonly string[] =>
  [
    `${decision.decision}: ${headline(decision, request)}`,
    ...decision.reasons.map(reason => `  because ${reason}`),
    ...decision.statements.flatMap(result => explainStatement(result, request)),
    ...(decision.decision === 'allow' ? [notSeen[controls]] : []),
  ].map(visible);

const notSeen = {
  'not evaluated': '(resource control policies and VPC endpoint policies are not evaluated)',
  evaluated: '(VPC endpoint policies are not evaluated)',
} as const;

const headline = ({ decision }: Decision, { subject, roleArn, audience }: WebIdentityRequest): string => {
  const verb = decision === 'allow' ? 'may assume' : decision === 'deny' ? 'may not assume' : 'may or may not assume';
  return `${subject} ${verb} ${roleArn} with audience ${audience}`;
};

const explainStatement = (result: StatementResult, request: WebIdentityRequest): readonly string[] => {
  const { statement, principal, action, tests, problems } = result;
  const lines = [
    `${statementLabel(statement)} (${statement.effect}, line ${statement.at.line}): ${applies(result.applies)}`,
    `  ${marks[principal.result]} principal: ${principal.because}`,
  ];
  const slip = principalSlip(result, environmentOf(request).provider);
  if (slip !== undefined) lines.push(`      likely slip: ${slip}`);
  lines.push(`  ${marks[action.result]} action: ${action.because}`);
  for (const test of tests) {
    lines.push(`  ${marks[test.result]} line ${test.test.key.at.line}: ${testText(test)}`);
    // The tests of a statement for another provider are not for this token.
    const hint = principal.result === 'false' ? undefined : suggestCorrection(test, request);
    if (hint !== undefined) lines.push(`      likely slip: ${hint}`);
  }
  for (const problem of problems) lines.push(`  ?   line ${problem.at.line}: ${problem.message}`);
  return lines;
};

const applies = (truth: Truth): string =>
  truth === 'true' ? 'applies' : truth === 'false' ? 'does not apply' : 'may apply';
