/** Each example of each rule without one of its sections: what is decided all the same, and why the rest is not. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { poorerFacts } from '../support/poorer-facts.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { whole } from '../support/whole/whole.ts';

/** Findings with their messages and evidence, and what is undecided with its reason. */
const answerOf = (rule: AnyRule, facts: Facts): readonly string[] => {
  const { findings, undecided } = evaluate(facts, { rules: [rule] });
  return [
    ...findings.map(({ severity, message, evidence, fix }) =>
      [`${severity}: ${message}`, ...evidence.map(({ what, got }) => `${what} ${got}`), fix.choice ?? ''].join(' | '),
    ),
    ...undecided.map(({ kind, subject, missing }) => `${kind}: ${subject}: ${missing}`),
  ];
};

const unasked = { kind: 'not-asked-for', operation: 'read', message: 'it is off' } as const;

test.each(catalog.map(rule => [rule.id, rule] as const))('%s', (_id, rule) => {
  const { pass, fail } = examplesOf(rule);
  for (const { title, facts } of [pass, fail]) {
    const read = answerOf(rule, facts());
    const poorer = [
      ...poorerFacts(facts()),
      ...poorerFacts(facts(), unasked).map(([name, less]) => [`${name}, not asked for`, less] as const),
    ];
    const byAnswer = Map.groupBy(poorer, ([, less]) => answerOf(rule, less).join('\n'));
    whole(title, [
      ...[...byAnswer].flatMap(([answer, ways]) =>
        answer === read.join('\n')
          ? []
          : [{ without: ways.map(([name]) => name), answer: answer === '' ? 'nothing' : answer.split('\n') }],
      ),
    ]);
    expect(byAnswer.size).toBeGreaterThan(0);
  }
});
