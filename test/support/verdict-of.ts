import { evaluate } from '../../lib/core/evaluate/evaluate.ts';
import type { Facts } from '../../lib/core/evaluate/facts.ts';
import type { Finding } from '../../lib/core/model/finding.ts';
import type { AnyRule } from '../../lib/core/rules/define-rule.ts';

/** What one rule says of a world: its findings, and what it could not decide, as a table can state them. */
export const verdictOf = (
  rule: AnyRule,
  facts: Facts,
): { readonly said: readonly string[]; readonly findings: readonly Finding[] } => {
  const evaluation = evaluate(facts, { rules: [rule] });
  const broken = evaluation.gaps.filter(gap => gap.reason.operation.startsWith('rule '));
  if (broken.length > 0) throw new Error(`the rule itself failed: ${broken[0]?.reason.message}`);
  return {
    said: [
      ...evaluation.findings.map(finding => `${finding.severity}: ${finding.message}`),
      ...evaluation.undecided.map(({ missing }) => `unknown: ${missing}`),
    ],
    findings: evaluation.findings,
  };
};
