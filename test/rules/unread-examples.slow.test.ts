/** Each example of each rule without one of its sections: what is decided all the same, and why the rest is not. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { poorerFacts } from '../support/poorer-facts.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { inBrief, keepSentences } from '../support/whole/in-brief.ts';
import { whole } from '../support/whole/whole.ts';
import { countsOf } from '../support/whole/words-in.ts';

/** Findings in brief, and what is undecided with its reason. */
const answerOf = (rule: AnyRule, facts: Facts): readonly string[] => {
  const { findings, undecided } = evaluate(facts, { rules: [rule] });
  keepSentences(findings, undecided);
  return [
    ...findings.map(one => `${inBrief(one)} ${one.evidence.length} pieces`),
    ...undecided.map(({ kind, subject }) => `${kind} ${subject === '*' ? 'of all' : subject}`),
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
          : [
              `${answer === '' ? 'nothing' : countsOf(answer.split('\n'))} without ${ways.map(([name]) => name).join(', ')}`,
            ],
      ),
    ]);
    expect(byAnswer.size).toBeGreaterThan(0);
  }
});
