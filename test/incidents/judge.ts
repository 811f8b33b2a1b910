/** The answer of the tool to a report: the first finding of an audit, and the place of the true cause among those of the text. */
import { explainMessage } from '../../lib/explain/explain-message.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { whyChain } from '../../lib/why/why-chain.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aCluster } from '../support/example-world.ts';
import type { Incident } from './incidents.ts';

/** `exact`: named first, by an audit or from the text. `candidate`: among the causes of the text. `unseen`: no auditor sees it. */
export type Outcome = 'exact' | 'candidate' | 'unseen' | 'missed' | 'misled';

/** The verdict on one report, and what each way says. */
export interface Judged {
  readonly outcome: Outcome;
  /** Rule and message of the first finding of the state; absent where no state is described. */
  readonly first?: string;
  /** The message that the text is taken for. */
  readonly message?: string;
  /** The place of the true cause among those of the text, from 1; 0 where it is not among them. */
  readonly rank?: number;
}

/** Audits the state of a report and explains its text. */
export const judge = ({ world, found, text, explained, unseen }: Incident): Judged => {
  if (unseen !== undefined) return { outcome: 'unseen' };
  const finding = world === undefined ? undefined : evaluate(world(), { rules: catalog }).findings[0];
  const first = finding && `${finding.ruleId} ${finding.messageId}`;
  const read = text === undefined ? undefined : explainMessage(text);
  const message = read === undefined ? undefined : read.known ? read.message.id : 'not known';
  const rank = read?.known
    ? read.message.causes.findIndex(cause => explained?.[1].test(cause.text)) + 1
    : read === undefined
      ? undefined
      : 0;
  const parts = { ...(first && { first }), ...(message && { message }), ...(rank !== undefined && { rank }) };
  if (found !== undefined && first !== undefined) return { outcome: first === found ? 'exact' : 'misled', ...parts };
  if (found !== undefined) return { outcome: 'missed', ...parts };
  if (rank === undefined || message === 'not known') return { outcome: 'missed', ...parts };
  if (rank === 0 || message !== explained?.[0]) return { outcome: 'misled', ...parts };
  return { outcome: rank === 1 ? 'exact' : 'candidate', ...parts };
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
