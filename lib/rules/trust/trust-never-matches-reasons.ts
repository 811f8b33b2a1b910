import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { environmentOf } from '../../policy/decide/environment.ts';
import { evaluateStatement } from '../../policy/decide/evaluate-statement.ts';
import type { Policy } from '../../policy/parse/policy.ts';
import { isClockKey } from '../../policy/who/clock.ts';
import { testsOnClaim } from '../../policy/who/condition-keys.ts';
import { hasSubject } from '../../policy/who/shortest-subject.ts';
import { conditionTruth } from '../../policy/who/subject-set.ts';
import { type Message, type Phrase, phrase } from '../../text/message.ts';
import { contextFor } from '../access/trust-context.ts';
import { failures } from '../failure.ts';
import type { Exposure } from './exposure/exposure.ts';

/** Why a statement matches no token. `test`: one test is false for every subject. `contradiction`: no subject passes all
 *  tests on the subject. `no-subject`: no service account can have the subject that is tested. */
export type NeverReason =
  | { readonly kind: 'test'; readonly test: string; readonly because?: string }
  | { readonly kind: 'contradiction' }
  | { readonly kind: 'no-subject' }
  | { readonly kind: 'denied'; readonly by: readonly string[] };

/** The messages of trust-never-matches, by the kind of the reason. */
export const neverMessage = failures({
  test: ['statement never matches', '{statement} of role {role} matches no token: {tests} is never true'],
  contradiction: [
    'statement never matches',
    '{statement} of role {role} matches no token: its tests on the subject contradict each other',
  ],
  'no-subject': [
    'statement never matches',
    '{statement} of role {role} matches no token: no service account can have the subject that it tests',
  ],
  denied: ['statement never matches', '{statement} of role {role} matches no token: {denials} denies what it allows'],
  several: ['statement never matches', '{statement} of role {role} matches no token'],
});

/** The message of a statement, by its reasons. */
export const messageOf = ({ label, role: { name } }: StatementSubject, reasons: readonly NeverReason[]): Message => {
  const known = { statement: label, role: name };
  const [kind, another] = [...new Set(reasons.map(reason => reason.kind))];
  if (kind === undefined || another !== undefined) return neverMessage.several(known).message;
  if (kind === 'test')
    return neverMessage.test({ ...known, tests: reasons.flatMap(one => (one.kind === 'test' ? [one.test] : [])) })
      .message;
  if (kind === 'denied')
    return neverMessage.denied({ ...known, denials: reasons.flatMap(one => (one.kind === 'denied' ? one.by : [])) })
      .message;
  return neverMessage[kind](known).message;
};

/** A reason as evidence. */
export const reasonInWords = (reason: NeverReason): Phrase => {
  if (reason.kind === 'denied') return phrase('{denials} denies what it allows', { denials: reason.by });
  if (reason.kind === 'contradiction') return phrase('its tests on the subject contradict each other');
  if (reason.kind === 'no-subject') return phrase('no service account can have the subject that it tests');
  return phrase('{test} is false for every subject', { test: reason.test });
};

/** The tests that are false for every subject, else that they contradict each other, or what denies. */
export const neverReasons = (
  subject: StatementSubject,
  policy: Policy,
  exposures: readonly Exposure[],
  facts: Facts,
): readonly NeverReason[] => {
  const reasons = exposures.flatMap(one => reasonsFor(subject, policy, one, facts));
  return [...new Map(reasons.map(reason => [JSON.stringify(reason), reason])).values()];
};

const reasonsFor = (
  subject: StatementSubject,
  policy: Policy,
  { issuer, audience }: Exposure,
  facts: Facts,
): readonly NeverReason[] => {
  const context = contextFor(subject, facts, issuer, audience);
  const { tests } = evaluateStatement(subject.statement, environmentOf(context, policy));
  const impossible = tests.flatMap(({ truth, fact, test }): NeverReason[] => {
    // A test on the clock is true at other times.
    if (truth.possible !== false || isClockKey(test.key.text)) return [];
    const because = fact?.present === 'no' ? { because: fact.because } : {};
    return [{ kind: 'test', test: `${test.operator} ${test.key.text}`, ...because }];
  });
  if (impossible.length > 0) return impossible;
  const { possible } = conditionTruth(policy, subject.statement, context);
  if (hasSubject(possible, subject.hints) !== false) return [denial(policy)];
  const isTestedTwice = testsOnClaim(subject.statement.conditions, 'sub', [issuer]).length > 1;
  return [isTestedTwice ? { kind: 'contradiction' } : { kind: 'no-subject' }];
};

const denial = (policy: Policy): NeverReason => ({
  kind: 'denied',
  by: policy.statements.filter(({ effect }) => effect === 'Deny').map(one => one.sid ?? `Statement[${one.index}]`),
});
