import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import type { FixDraft } from '../../model.ts';
import { clockTests, setContains, statementSubjects, subjectsOf, undecidedClockTest } from '../../policy.ts';
import { defineRule, failed, failures, iamGuide, notApplicable, pass, unknown, type Verdict } from '../prelude.ts';
import { type ClockChange, clockChange, trustContextsOf } from './exposure/clock-change.ts';
import { policyEvidence, type StatementView, viewOf } from './statement/statement-view.ts';

const fail = failures({
  expired: ['a date test has expired', '{statement} of role {role} has allowed nobody since {at}: {tests}'],
  replaced: [
    'an expired statement',
    '{statement} of role {role} has allowed nobody since {at}; other statements allow its service accounts',
  ],
  notYet: ['a date test starts later', '{statement} of role {role} allows nobody before {at}: {tests}'],
  ending: ['a date test ends soon', '{statement} of role {role} allows nobody from {at} on: {tests}'],
});

/** The clock is in every request: what a date test allows today it may deny tomorrow, with no change of the policy. */
export const trustConditionExpired = defineRule({
  id: 'trust-condition-expired',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'No date test of a trust policy has expired',
  fault: 'A date test of the trust policy has expired or ends soon',
  says: fail.says,
  needs: ['roles'],
  why: 'A test on aws:CurrentTime or aws:EpochTime is decided by the instant of the request. From its last day on, STS refuses every token, though nobody changed anything. Medium where the statement only starts later. Info where it ends within 30 days, and where other statements allow the same service accounts.',
  fix: 'Set a later end, or remove the statement. Where it only starts later, wait or set an earlier start.',
  references: [
    iamGuide('reference_policies_condition-keys#condition-keys-currenttime'),
    iamGuide('reference_policies_elements_condition_operators#Conditions_Date'),
    'docs/facts.md §A.6',
  ],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows || clockTests(view.policy, view.statement).length === 0) return notApplicable;
    const contexts = trustContextsOf(subject, facts);
    if (contexts.length === 0) return notApplicable;
    const open = contexts.flatMap(one => undecidedClockTest(view.policy, view.statement, one) ?? [])[0];
    if (open) return unknown('undocumented', `what ${open.operator} ${open.key.text} comes to with these values`);
    const change = clockChange(subject, facts);
    if (change === 'too-complex') return unknown('budget', 'from when to when the statement allows anybody');
    return change === undefined ? pass : verdictOf(subject, view, change, facts);
  },
});

const verdictOf = (
  subject: StatementSubject,
  view: StatementView,
  { id, at, open }: ClockChange,
  facts: Facts,
): Verdict => {
  const isReplaced = id !== 'ending' && areAllowedElsewhere(subject, view, open, facts);
  const tests = clockTests(view.policy, view.statement);
  const arns = view.principals.map(({ arn }) => arn).join(' ');
  return failed(
    fail[isReplaced && id === 'expired' ? 'replaced' : id]({
      statement: subject.label,
      role: subject.role.name,
      at: new Date(at).toISOString(),
      tests: [...new Set(tests.map(({ operator, key }) => `${operator} ${key.text}`))],
    })
      .discriminator(arns)
      .at(subject.statement.at)
      .severity(isReplaced || id === 'ending' ? 'info' : id === 'notYet' ? 'medium' : undefined)
      .impact(isReplaced || id === 'ending' ? 'hygiene' : undefined)
      .pieces(
        ...tests.flatMap(({ operator, key, values }) =>
          values.map(value => policyEvidence(subject, `${operator} ${key.text}`, value)),
        ),
      )
      .volatile(['statement'])
      .podError(id === 'ending' ? undefined : notAuthorized)
      .fix(id === 'notYet' ? startFix(subject, at) : fixOf(subject, isReplaced)),
  );
};

/** True if today's policy allows every subject that the statement allowed when it was open, and these are exact. */
const areAllowedElsewhere = (
  subject: StatementSubject,
  { policy, statement }: StatementView,
  open: number,
  facts: Facts,
): boolean =>
  trustContextsOf(subject, facts).every(context => {
    const then = { ...context, now: new Date(open).toISOString() };
    const [before] = statementSubjects(policy, statement, [then], subject.hints);
    if (before?.kind === 'none') return true;
    const today = subjectsOf(policy, context, subject.hints);
    return before?.kind === 'list' && before.subjects.every(one => setContains(today, one));
  });

const startFix = ({ label }: StatementSubject, at: number): FixDraft => ({
  summary: `Wait until ${new Date(at).toISOString()}, or set an earlier start in ${label}.`,
  choice:
    'Whether the service accounts are to have the role before that instant. No command is given: it gives access.',
});

const fixOf = ({ label }: StatementSubject, isReplaced: boolean): FixDraft => ({
  summary: isReplaced ? `Remove ${label}: it allows nobody.` : `Set a later date in ${label}, or remove it.`,
  choice: isReplaced
    ? 'Whether anything else, such as a template, writes the statement again.'
    : 'Whether the service accounts are to have the role after that date. No command is given: a later date gives access.',
});
