/** Each example of each rule with one change: which changes matter, and what is said then. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { subjectsOfAccount } from '../../lib/facts/subjects-of.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { questionsOf } from '../../lib/rules/evaluate/ask-rule.ts';
import { rawFinding } from '../../lib/rules/evaluate/evaluate.ts';
import { unmetNeed } from '../../lib/rules/evaluate/needs.ts';
import { otherFacts } from '../support/other-facts.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { hashOf, whole } from '../support/whole/whole.ts';

/** Characters of a sentence: the hash is of all. */
const longest = 120;

/** The answer of a rule, each finding by its sentence and the hash of all of it; undefined where it cannot read such facts. The
 *  rule alone is asked: an evaluation takes twice as long, and test/rules/paired-worlds compares it. */
const answerIfAny = (rule: AnyRule, facts: Facts): string | undefined => {
  try {
    return answersOf(rule, facts).join('\n');
  } catch {
    return undefined;
  }
};

const answersOf = (rule: AnyRule, facts: Facts): readonly string[] => {
  let passes = 0;
  const answers = questionsOf(rule, subjectsOfAccount(facts), facts).flatMap(({ subject, ask }) => {
    const unmet = unmetNeed(rule.needs, subject, facts);
    if (unmet !== undefined) return [`${unmet.kind}: ${unmet.operation}: ${unmet.message}`];
    const verdict = ask();
    if (verdict.outcome === 'pass') passes += 1;
    const failures = verdict.outcome === 'fail' ? verdict.failures : [];
    return [
      ...failures.map(failure => {
        const { finding } = rawFinding(rule, subject, failure);
        return `${finding.severity}: ${finding.message.slice(0, longest)} ${hashOf(JSON.stringify([finding, failure.explains, failure.explainedBy]))}`;
      }),
      ...('missing' in verdict && verdict.missing !== undefined
        ? [`${verdict.missing.kind}: ${verdict.missing.missing.slice(0, longest)} ${hashOf(verdict.missing.missing)}`]
        : []),
    ];
  });
  return [...new Set(answers), ...(passes === 0 ? [] : [`${passes} pass`])];
};

/** A policy that is too complex takes as long as its budget, each time. */
const quick = catalog.filter(({ id }) => id !== 'trust-too-complex');

test.each(quick.map(rule => [rule.id, rule] as const))('%s', (_id, rule) => {
  const { pass, fail, unknown } = examplesOf(rule);
  let answers = 0;
  for (const { title, facts } of [pass, fail, ...(unknown ? [unknown] : [])]) {
    const said = answerIfAny(rule, facts());
    const issuersMatter = answerIfAny(rule, { ...facts(), issuers: {} }) !== said;
    const changed = otherFacts(facts(), issuersMatter).flatMap(([name, other]) => {
      const answer = answerIfAny(rule, other);
      return answer === undefined || answer === said ? [] : [[name, answer] as const];
    });
    const byAnswer = Map.groupBy(changed, ([, answer]) => answer);
    whole(
      title,
      [...byAnswer].map(([answer, ways]) => ({
        with: ways.map(([name]) => name).join(', '),
        answer: answer.split('\n'),
      })),
    );
    answers += byAnswer.size;
  }
  expect(answers).toBeGreaterThan(0);
});
