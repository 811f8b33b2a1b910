import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import type { AnyRule, Verdict } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import type { EvidenceDraft, Failure } from '../../lib/rules/failure.ts';
import type { Phrase } from '../../lib/text/message.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Other words for a template: its placeholders in another order, between words that no template has. */
const otherWords = (template: string): string =>
  `reworded ${[...template.matchAll(/\{\w+(?::[^}]+)?\}/g)]
    .map(([one]) => one)
    .toReversed()
    .join(' qux ')} corge`;

const otherPhrase = (value: string | Phrase): string | Phrase =>
  typeof value === 'string' ? value : { ...value, template: otherWords(value.template) };

const otherEvidence = (piece: EvidenceDraft): EvidenceDraft => ({
  ...piece,
  what: `reworded ${piece.what.length}`,
  got: otherPhrase(piece.got),
  ...(piece.wanted === undefined ? {} : { wanted: otherPhrase(piece.wanted) }),
});

const otherFailure = (failure: Failure): Failure => ({
  ...failure,
  evidence: failure.evidence.map(otherEvidence),
  fix: { ...failure.fix, summary: 'Reworded.', ...(failure.fix.choice === undefined ? {} : { choice: 'Reworded.' }) },
});

const otherVerdict = (verdict: Verdict): Verdict => {
  if (verdict.outcome !== 'fail') return verdict;
  const [first, ...rest] = verdict.failures;
  return { ...verdict, failures: [otherFailure(first), ...rest.map(otherFailure)] };
};

/** A rule that says the same in other words. */
const reworded = (rule: AnyRule): AnyRule =>
  ({
    ...rule,
    title: 'Reworded',
    says: Object.fromEntries(
      Object.entries(rule.says).map(([id, [, sentence]]) => [id, ['other', otherWords(sentence)] as const]),
    ),
    check: (subject: never, facts: Facts) => otherVerdict(rule.check(subject, facts)),
  }) as AnyRule;

const rewordedCatalog = catalog.map(reworded);

const shapeOf = ({ findings, outcomes, undecided }: Evaluation) => ({
  outcomes,
  undecided: undecided.map(({ ruleId, subject, kind }) => ({ ruleId, subject, kind })),
  findings: findings.map(({ id, ruleId, subject, severity, impact, messageId, data, explains }) => ({
    id,
    ruleId,
    subject,
    severity,
    impact,
    messageId,
    data,
    explains: explains.map(one => [one.ruleId, one.subject]),
  })),
});

const worlds = catalog.flatMap(rule => {
  const { fail, unknown } = examplesOf(rule);
  return [fail, unknown].flatMap(example =>
    example === undefined ? [] : [[`${rule.id}: ${example.title}`, example.facts] as const],
  );
});

describe('every template of every rule in other words', () => {
  test('is really other text', () => {
    const [, facts] = worlds[0] ?? [];
    const texts = (rules: readonly AnyRule[]) => facts && evaluate(facts(), { rules }).findings.map(one => one.message);
    expect(texts(rewordedCatalog)).not.toEqual(texts(catalog));
  });

  test.each(worlds)('changes no id, no fold and no transition: %s', (_title, facts) => {
    const first = evaluate(facts(), { rules: catalog });
    const second = evaluate(facts(), { rules: rewordedCatalog });
    expect(shapeOf(second)).toEqual(shapeOf(first));
    const opened = reconcile(nothingKnown, first, aRun(1));
    const known = stateAfter(nothingKnown, opened, aRun(1).at);
    expect(reconcile(known, second, aRun(2)).transitions).toEqual([]);
  });
});
