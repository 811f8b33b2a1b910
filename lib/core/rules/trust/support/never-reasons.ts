import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { environmentOf } from '../../../trust/evaluate/environment.ts';
import { evaluateStatement } from '../../../trust/evaluate/evaluate-statement.ts';
import type { Policy } from '../../../trust/policy/policy.ts';
import { conditionSubjects } from '../../../trust/sets/subject-set.ts';
import { testsOnClaim } from './condition.ts';
import type { Exposure } from './exposure.ts';
import { contextFor } from './statement-view.ts';

/** The tests that are false for every subject, else that they contradict each other, or what denies. */
export const neverReasons = (
  subject: StatementSubject,
  policy: Policy,
  exposures: readonly Exposure[],
  facts: Facts,
): readonly string[] => {
  const reasons = new Set<string>();
  for (const { issuer, audience } of exposures) {
    const context = contextFor(subject, facts, issuer, audience);
    const env = environmentOf(context, policy);
    const { tests } = evaluateStatement(subject.statement, env);
    const own = new Set<string>();
    tests.forEach(({ truth, fact }, at) => {
      const test = subject.statement.conditions[at];
      if (test && truth.possible === false)
        own.add(
          `${test.operator} ${test.key.text} is false for every subject${fact?.present === 'no' ? ` (${fact.because})` : ''}`,
        );
    });
    if (own.size === 0 && conditionSubjects(policy, subject.statement, context).kind !== 'none')
      own.add(denial(policy));
    if (own.size === 0) own.add(contradiction(subject, issuer));
    for (const reason of own) reasons.add(reason);
  }
  return [...reasons];
};

const contradiction = (subject: StatementSubject, issuer: string): string =>
  testsOnClaim(subject.statement.conditions, 'sub', [issuer]).length > 1
    ? 'its tests on the subject contradict each other'
    : 'no service account can have a subject that its test wants';

const denial = (policy: Policy): string => {
  const denies = policy.statements.filter(statement => statement.effect === 'Deny');
  return `what it allows is denied by ${denies.map(one => one.sid ?? `Statement[${one.index}]`).join(' or ')}`;
};
