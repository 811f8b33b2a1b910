/** Decisions as a person reads them, for tables of sentences. */

import { explainDecision } from '../../lib/policy/explain/explain-decision.ts';
import { aRequest, mustParse, otherSub, P, policyText, provider, S } from './trust-cases.ts';
import { decide } from './whole/decide.ts';

type Outcome = 'allow' | 'deny' | 'unknown';

/** A row: what it is about, the statements, and what is said of them. Long names are shortened: `<issuer>`, `<other
 *  issuer>`, `<provider>`, `<subject>`. */
export type ExplainedRow = readonly [
  what: string,
  statements: readonly unknown[],
  decision: Outcome,
  at: { readonly line: number; readonly column: number },
  lines: readonly string[],
];

/** The subject of the token that is asked about. */
export const app = `${S}prod:app`;

const shown = (line: string): string =>
  line
    .replaceAll(provider, '<provider>')
    .replaceAll(otherSub.slice(0, -':sub'.length), '<other issuer>')
    .replaceAll(P, '<issuer>')
    .replaceAll(app, '<subject>');

const verbs: Readonly<Record<Outcome, string>> = {
  allow: 'may assume',
  deny: 'may not assume',
  unknown: 'may or may not assume',
};
const notSeen = '(resource control policies and VPC endpoint policies are not evaluated)';

/** The words before and after the lines of a row: the decision, and the parts that an allow has not seen. */
export const frame = (decision: Outcome, lines: readonly string[]): readonly string[] => [
  `${decision}: <subject> ${verbs[decision]} ${aRequest().roleArn} with audience sts.amazonaws.com`,
  ...lines,
  ...(decision === 'allow' ? [notSeen] : []),
];

/** The decision on the statements, its place, and its lines. */
export const explained = (statements: readonly unknown[]) => {
  const decided = decide(mustParse(policyText(statements)), aRequest());
  return { decision: decided.decision, at: decided.at, lines: explainDecision(decided, aRequest()).map(shown) };
};

/** The same wherever principal and action are right. */
export const rightPrincipalAndAction = [
  '  yes principal: it names the token’s provider in the role’s account',
  '  yes action: Action covers sts:AssumeRoleWithWebIdentity',
] as const;
