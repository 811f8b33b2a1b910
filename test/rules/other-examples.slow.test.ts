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
import { whole } from '../support/whole/whole.ts';
import { countsOf } from '../support/whole/words-in.ts';

interface Answer {
  /** Findings by severity and message, what is undecided by its kind. */
  readonly brief: string;
  /** All of them, sentences too. */
  readonly all: string;
}

/** The answer of a rule; undefined where it cannot read such facts. The rule alone is asked: an evaluation takes twice as long,
 *  and test/rules/paired-worlds compares it. */
const answerIfAny = (rule: AnyRule, facts: Facts): Answer | undefined => {
  try {
    const parts = answersOf(rule, facts);
    return { brief: countsOf(parts.map(([brief]) => brief)), all: JSON.stringify(parts) };
  } catch {
    return undefined;
  }
};

type Part = readonly [brief: string, all: unknown];

const answersOf = (rule: AnyRule, facts: Facts): readonly Part[] =>
  questionsOf(rule, subjectsOfAccount(facts), facts).flatMap(({ subject, ask }): readonly Part[] => {
    const unmet = unmetNeed(rule.needs, subject, facts);
    if (unmet !== undefined) return [[unmet.kind, unmet]];
    const verdict = ask();
    const passes: readonly Part[] = verdict.outcome === 'pass' ? [['pass', subject.id]] : [];
    const failures = verdict.outcome === 'fail' ? verdict.failures : [];
    const missing = 'missing' in verdict ? verdict.missing : undefined;
    const open: readonly Part[] = missing === undefined ? [] : [[missing.kind, missing]];
    const found = failures.map((failure): Part => {
      const { finding } = rawFinding(rule, subject, failure);
      return [`${finding.severity} ${finding.messageId}`, [finding, failure.explains, failure.explainedBy]];
    });
    return [...passes, ...found, ...open];
  });

/** A policy that is too complex takes as long as its budget, each time. */
const quick = catalog.filter(({ id }) => id !== 'trust-too-complex');

test.each(quick.map(rule => [rule.id, rule] as const))('%s', (_id, rule) => {
  const { pass, fail, unknown } = examplesOf(rule);
  let answers = 0;
  for (const { title, facts } of [pass, fail, ...(unknown ? [unknown] : [])]) {
    const said = answerIfAny(rule, facts());
    const issuersMatter = answerIfAny(rule, { ...facts(), issuers: {} })?.all !== said?.all;
    const changed = otherFacts(facts(), issuersMatter).flatMap(([name, other]) => {
      const answer = answerIfAny(rule, other);
      if (answer === undefined || answer.all === said?.all) return [];
      return [[name, answer.brief === said?.brief ? 'as before, of other data' : answer.brief || 'nothing'] as const];
    });
    const byAnswer = Map.groupBy(changed, ([, answer]) => answer);
    whole(
      `${title}: ${said?.brief ?? ''}`,
      [...byAnswer].map(([answer, ways]) => `${answer}: ${ways.map(([name]) => name).join(', ')}`),
    );
    answers += byAnswer.size;
  }
  expect(answers).toBeGreaterThan(0);
});
