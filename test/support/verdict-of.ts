import { expect } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { Finding, Severity, UnknownKind } from '../../lib/model/finding.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import type { MessageData } from '../../lib/text/message.ts';
import { evaluate } from './whole/evaluate.ts';

/** One thing that a rule reports, as data: what a table states, whatever the words are. */
export type Reported =
  | readonly [severity: Severity, messageId: string, data: MessageData]
  | readonly ['unknown', UnknownKind];

/** The verdict of a rule of this id on a world: failures with their data, then the undecided parts. */
export const reportedBy = (ruleId: string, facts: Facts): readonly Reported[] => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  const { findings, undecided } = evaluate(facts, { rules: [rule] });
  return [
    ...findings.map(({ severity, messageId, data }): Reported => [severity, messageId, data]),
    ...undecided.map(({ kind }): Reported => ['unknown', kind]),
  ];
};

/** The verdict of one rule on a world: its findings as severity, message id and data, and the undecided parts. */
export const verdictOf = (
  rule: AnyRule,
  facts: Facts,
): { readonly said: readonly string[]; readonly findings: readonly Finding[] } => {
  const evaluation = evaluate(facts, { rules: [rule] });
  const broken = evaluation.gaps.filter(gap => gap.reason.operation.startsWith('rule '));
  if (broken.length > 0) throw new Error(`the rule itself failed: ${broken[0]?.reason.message}`);
  return {
    said: [
      ...evaluation.findings.map(
        ({ severity, messageId, data, message }) =>
          `${severity}: ${messageId === '' ? message : `${messageId} ${JSON.stringify(data)}`}`,
      ),
      ...evaluation.undecided.map(({ missing }) => `unknown: ${missing}`),
    ],
    findings: evaluation.findings,
  };
};

/** Expects that a rule says of a world so many things, in this order. */
export const expectSaid = (ruleId: string, facts: Facts, expected: readonly RegExp[]): void => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  const { said } = verdictOf(rule, facts);
  expect(said).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(said[index]).toMatch(pattern);
};
