import type { Facts, StatementSubject } from '../../facts.ts';
import type { FixDraft } from '../../model.ts';
import { conditionTruth, hasSubject } from '../../policy.ts';
import type { JsonObject } from '../../text.ts';
import { trustContextFor } from '../access/trust-context.ts';
import { defineRule, type FailureDraft, failOrPass, failures, iamGuide, notApplicable, pass } from '../prelude.ts';
import { exposuresOf } from './exposure/exposure.ts';
import { editForProviders, moveTest, withoutTest } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { isVacuous, type KeyMismatch, keyMismatches, slipInWords } from './statement/key-mismatch.ts';
import { arnsOf, readAt, type StatementView, viewOf } from './statement/statement-view.ts';

const fail = failures({
  vacuous: ['a test is always true', 'test {operator} on {key} of role {role} is always true: no token has this key'],
  leftover: [
    'a test is always true',
    'test {operator} on {key} of role {role} has no effect: no token has this key, and its subjects are exact',
  ],
});

/** A test that is always true because no token has its key: it looks like a restriction and restricts nothing. */
export const trustConditionVacuous = defineRule({
  id: 'trust-condition-vacuous',
  kind: 'statement',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Tests on subject and audience restrict something',
  fault: 'A test on subject or audience restricts nothing',
  says: fail.says,
  needs: ['roles'],
  why: 'ForAllValues:, …IfExists and negated operators are true where the request has no such key. On a key of another issuer, or on a mistyped one, they are therefore always true: the test looks like a restriction and has no effect. Low where other tests name each service account exactly: then nobody else can assume the role.',
  fix: "Test the issuer's own key with StringEquals, or remove the test where another one does that.",
  references: [
    iamGuide('reference_policies_condition-single-vs-multi-valued-context-keys'),
    'docs/facts.md §A.3, §A.6',
  ],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const vacuous = keyMismatches(view).filter(
      mismatch =>
        isVacuous(mismatch.test) &&
        !view.hostPaths.some(host => mismatch.test.key.text.toLowerCase().startsWith(`${host.toLowerCase()}:`)),
    );
    if (vacuous.length === 0) return pass;
    const isLeftover = isExact(subject, facts);
    return failOrPass(
      vacuous.map((mismatch, index) => {
        const fix = vacuousFix({ subject, view, mismatch, facts }, { isLeftover, isProven: index < maxProven });
        return draftOf(subject, mismatch, isLeftover).fix(fix);
      }),
    );
  },
});

/** So many tests of a statement have a command: each is proven over all tests, and a policy has room for hundreds. */
const maxProven = 5;

/** True where all who can assume the role by this statement are named by other tests, or Deny statements leave nobody: whatever
 *  the vacuous test says, it exposes nothing. Where tests of its own leave nobody, correcting these would open it. */
const isExact = (subject: StatementSubject, facts: Facts): boolean => {
  const exposures = exposuresOf(subject, facts);
  const kinds = exposures.map(({ set }) => set.kind);
  if (kinds.length === 0 || !kinds.every(kind => kind === 'list' || kind === 'none')) return false;
  return (
    kinds.includes('list') || exposures.some(({ issuer, audience }) => passesBySelf(subject, facts, issuer, audience))
  );
};

const passesBySelf = (subject: StatementSubject, facts: Facts, issuer: string, audience: string): boolean => {
  const { policy, statement, hints } = subject;
  const { possible } = conditionTruth(policy.policy, statement, trustContextFor(subject, facts, issuer, audience));
  return hasSubject(possible, { ...hints }) !== false;
};

const draftOf = (subject: StatementSubject, { test, wanted, slip }: KeyMismatch, isLeftover: boolean): FailureDraft => {
  const names = { operator: test.operator, key: test.key.text, role: subject.role.name };
  return (
    isLeftover
      ? fail.leftover(names).severity('low').impact('hygiene')
      : fail.vacuous(names).opens({ roleArns: [subject.role.arn], how: 'doubtful' })
  )
    .discriminator(test.key.text)
    .at(test.key.at)
    .evidence(
      `test on a key that ${slipInWords[slip]}`,
      readAt(subject, test.at),
      `${test.operator} ${test.key.text}`,
      wanted && `${restricting(test)} ${wanted}`,
    );
};

/** A test that is always true, and where it stands. */
interface Vacuous {
  readonly subject: StatementSubject;
  readonly view: StatementView;
  readonly mismatch: KeyMismatch;
  readonly facts: Facts;
}

/** The fix of a vacuous test: it is removed where it is a mere leftover, else written so that it restricts. Without a
 *  proof of who can assume the role then, no command is given. */
const vacuousFix = (
  vacuous: Vacuous,
  { isLeftover, isProven }: { readonly isLeftover: boolean; readonly isProven: boolean },
): FixDraft =>
  (isLeftover && !isOnlyTestOf(vacuous.mismatch.wanted, vacuous.view) ? removal : replacement)(vacuous, isProven);

/** True where no other test has the key that is meant: then the test is not merely a leftover. */
const isOnlyTestOf = (wanted: string | undefined, { statement }: StatementView): boolean =>
  wanted !== undefined && !statement.conditions.some(({ key }) => key.text.toLowerCase() === wanted.toLowerCase());

/** The operator of a test without what makes it true where the key is absent. */
const restricting = ({ operator }: KeyMismatch['test']): string =>
  operator.replace(/^ForAllValues:/, '').replace(/IfExists$/, '');

/** The policy with one test of the statement edited; undefined where that cannot be done. */
const edited = (
  subject: StatementSubject,
  view: StatementView,
  edit: (statement: JsonObject) => JsonObject | undefined,
): JsonObject | undefined => editForProviders(subject.role.trustPolicy, subject.statement.index, arnsOf(view), edit);

const removal = ({ subject, view, mismatch: { test }, facts }: Vacuous, isProven: boolean): FixDraft =>
  trustPolicyFix(
    subject,
    facts,
    isProven
      ? edited(subject, view, statement => withoutTest(statement, { operator: test.operator, key: test.key.text }))
      : undefined,
    { summary: 'Remove the test: who can assume the role stays the same.', instead: 'Remove the test by hand.' },
  );

const replacement = ({ subject, view, mismatch: { test, wanted }, facts }: Vacuous, isProven: boolean): FixDraft => {
  const to = restricting(test);
  const values = test.values.map(value => value.text);
  const policy =
    !isProven || wanted === undefined || /Not/.test(to)
      ? undefined
      : edited(subject, view, statement =>
          moveTest(statement, { operator: test.operator, key: test.key.text }, { operator: to, key: wanted }),
        );
  return trustPolicyFix(subject, facts, policy, {
    summary:
      wanted === undefined
        ? 'Replace the test with StringEquals on a key of the trusted issuer.'
        : `Test ${wanted} with ${to}.`,
    instead: 'Which service accounts use the role: name them under StringEquals.',
    ...(wanted === undefined
      ? {}
      : {
          terraform: terraformCondition(to, wanted, values),
          cdk: `${to}: { ${JSON.stringify(wanted)}: ${JSON.stringify(values)} }`,
        }),
  });
};
