/** Each example of each rule with one change: which changes matter, and what is said then. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { otherFacts } from '../support/other-facts.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { hashOf, whole } from '../support/whole/whole.ts';

/** The answer to facts that can be; else undefined. */
const answerIfAny = (rule: AnyRule, facts: Facts): string | undefined => {
  try {
    return answerOf(rule, facts)?.join('\n');
  } catch {
    return undefined;
  }
};

/** Characters of a sentence: the hash is of all. */
const longest = 120;

/** What a rule says, each finding by its sentence and the hash of all of it; undefined where it cannot read such facts. */
const answerOf = (rule: AnyRule, facts: Facts): readonly string[] | undefined => {
  const { findings, undecided, outcomes, gaps } = evaluate(facts, { rules: [rule] });
  if (gaps.some(({ section }) => section === 'rule')) return undefined;
  const { length } = Object.values(outcomes).filter(outcome => outcome === 'pass');
  return [
    ...findings.map(
      finding => `${finding.severity}: ${finding.message.slice(0, longest)} ${hashOf(JSON.stringify(finding))}`,
    ),
    ...undecided.map(({ kind, missing }) => `${kind}: ${missing.slice(0, longest)} ${hashOf(missing)}`),
    ...(length === 0 ? [] : [`${length} pass`]),
  ];
};

/** A policy that is too complex takes as long as its budget, each time. */
const quick = catalog.filter(({ id }) => id !== 'trust-too-complex');

test.each(quick.map(rule => [rule.id, rule] as const))('%s', (_id, rule) => {
  const { pass, fail, unknown } = examplesOf(rule);
  let answers = 0;
  for (const { title, facts } of [pass, fail, ...(unknown ? [unknown] : [])]) {
    const said = answerOf(rule, facts())?.join('\n');
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
