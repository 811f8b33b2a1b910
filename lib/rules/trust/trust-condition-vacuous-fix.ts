import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import type { FixDraft } from '../../model/finding.ts';
import type { JsonObject } from '../../text/json-value.ts';
import { moveTest, withoutTest } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { editForProviders } from './policy-edit/without-principal.ts';
import type { KeyMismatch } from './statement/key-mismatch.ts';
import { arnsOf, type StatementView } from './statement/statement-view.ts';

/** A test that is always true, and where it stands. */
interface Vacuous {
  readonly subject: StatementSubject;
  readonly view: StatementView;
  readonly mismatch: KeyMismatch;
  readonly facts: Facts;
}

/** The fix of a vacuous test: it is removed where it is a mere leftover, else written so that it restricts. Without a
 *  proof of who can assume the role then, no command is given. */
export const vacuousFix = (
  vacuous: Vacuous,
  { isLeftover, isProven }: { readonly isLeftover: boolean; readonly isProven: boolean },
): FixDraft =>
  (isLeftover && !isOnlyTestOf(vacuous.mismatch.wanted, vacuous.view) ? removal : replacement)(vacuous, isProven);

/** True where no other test has the key that is meant: then the test is not merely a leftover. */
const isOnlyTestOf = (wanted: string | undefined, { statement }: StatementView): boolean =>
  wanted !== undefined && !statement.conditions.some(({ key }) => key.text.toLowerCase() === wanted.toLowerCase());

/** The operator of a test without what makes it true where the key is absent. */
export const restricting = ({ operator }: KeyMismatch['test']): string =>
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
