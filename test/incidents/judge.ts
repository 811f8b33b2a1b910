/** The answer of the tool to the state of a report. */
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { whyChain } from '../../lib/why/why-chain.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aCluster } from '../support/example-world.ts';
import type { Incident } from './incidents.ts';

/** `exact`: the audit names it first. `unseen`: no auditor sees it. */
export type Outcome = 'exact' | 'unseen' | 'misled';

/** The verdict on one report, and rule and message of the first finding of its state. */
export interface Judged {
  readonly outcome: Outcome;
  readonly first?: string;
}

/** Audits the state of a report; undefined where only its text is known. */
export const judge = ({ world, found, unseen }: Incident): Judged | undefined => {
  if (unseen !== undefined) return { outcome: 'unseen' };
  if (world === undefined) return undefined;
  const finding = evaluate(world(), { rules: catalog }).findings[0];
  const first = finding && `${finding.ruleId} ${finding.messageId}`;
  return { outcome: first === found ? 'exact' : 'misled', ...(first && { first }) };
};

/** Rule and message of each finding above info, in their order. */
export const foundIn = (facts: Facts): readonly string[] =>
  evaluate(facts, { rules: catalog })
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ ruleId, messageId }) => `${ruleId} ${messageId}`);

/** The answer of `why`: its cause by rule or the first words of its fix, its suspect, or its verdict. */
export const whyOf = (target: WhyTarget, facts: Facts): string => {
  const { cause, suspect, verdict } = whyChain({ target, facts, clusterArn: aCluster().arn });
  if (cause !== undefined) return `cause: ${cause.ruleId ?? cause.fix.summary}`;
  return suspect === undefined ? verdict : `suspect: ${suspect.ruleId}`;
};
