import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import type { FixDraft } from '../../model.ts';
import {
  conditionTruth,
  environmentOf,
  evaluateStatement,
  hasSubject,
  isClockKey,
  mayCover,
  type Policy,
  testsOnClaim,
} from '../../policy.ts';
import { type Phrase, phrase } from '../../text.ts';
import { trustContextFor } from '../access/trust-context.ts';
import {
  defineRule,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  iamGuide,
  notApplicable,
  pass,
  undecidedOf,
  unknownFor,
} from '../prelude.ts';
import { type ClockChange, clockChange } from './exposure/clock-change.ts';
import { type Exposure, exposuresOf, unreadProvider } from './exposure/exposure.ts';
import { denialFix, neverTrueFix, publicAddress } from './policy-edit/never-true-fix.ts';
import type { TestPlace } from './policy-edit/policy-json.ts';
import { readAt, type StatementView, viewOf } from './statement/statement-view.ts';
import { leftoverOf } from './statement/trusted-provider.ts';

/** The messages of trust-never-matches, by the kind of the reason. */
const fail = failures({
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

/** By contradiction: each test is well formed, and no token passes them all. */
export const trustNeverMatches = defineRule({
  id: 'trust-never-matches',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Every statement can match some token',
  fault: 'The statement matches no token',
  says: fail.says,
  needs: ['roles'],
  why: 'All tests of a statement must be true at once. With tests of two issuers, two patterns that share no name, or a Deny that covers the Allow, nobody can assume the role, though each part looks right.',
  fix: 'Give each issuer a statement of its own; remove the test that contradicts.',
  references: [iamGuide('reference_policies_multi-value-conditions'), 'docs/facts.md §A.2'],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    const judged = exposuresOf(subject, facts).map(one => ({ one, left: leftoverOf(subject, one.principal, facts) }));
    const exposures = judged.flatMap(({ one, left }) => (left === 'left' ? [] : [one]));
    // A statement for another action is another rule's.
    if (!view || exposures.length === 0 || !mayCover(subject.statement)) return notApplicable;
    // A match at another time is trust-condition-expired's.
    if (isClosedNow(clockChange(subject, facts))) return pass;
    const arns = [...new Set(exposures.map(({ principal }) => principal.arn))];
    const dead = arns.filter(arn => exposures.every(one => one.principal.arn !== arn || one.set.kind === 'none'));
    const tooBig = exposures.find(({ set }) => set.reasons.some(({ kind }) => kind === 'budget'))?.set.because;
    // How many are dead tells one finding from several.
    const doubt = judged.flatMap(({ left }) => (typeof left === 'object' ? [left.why] : []))[0];
    const missing =
      unreadProvider(subject, facts) ??
      (dead.length === 0 ? undefined : undecidedOf('unread', doubt)) ??
      (dead.length === 0 ? undecidedOf('budget', tooBig) : undefined);
    if (missing !== undefined) return unknownFor(missing);
    const found = exposures.filter(one => dead.includes(one.principal.arn));
    return failOrPass(
      dead.length === arns.length
        ? [failureOf(subject, view, found, facts)]
        : dead.map(arn => {
            const ofOne = found.filter(one => one.principal.arn === arn);
            const issuers = [...new Set(ofOne.map(({ issuer }) => issuer))];
            return failureOf(subject, view, ofOne, facts, `${subject.label} for ${issuers.join(', ')}`);
          }),
    );
  },
});

const isClosedNow = (change: ClockChange | 'too-complex' | undefined): boolean =>
  typeof change === 'object' && change.id !== 'ending';

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  exposures: readonly Exposure[],
  facts: Facts,
  name = subject.label,
): Failure => {
  const arns = [...new Set(exposures.map(({ principal }) => principal.arn))];
  const issuers = [...new Set(exposures.map(({ issuer }) => issuer))];
  const reasons = neverReasons(subject, view.policy, exposures, facts);
  const hasSeveralIssuers = new Set([...view.hostPaths, ...view.otherIssuers]).size > 1;
  const [only] = issuers.length === 1 ? issuers : [];
  return saidOf({ ...subject, label: name }, reasons)
    .discriminator(arns.join(' '))
    .at(subject.statement.at)
    .volatile(['statement', 'denials'])
    .pieces(
      ...reasons.map(reason => ({
        what: `why it never matches${reason.kind === 'test' && reason.because !== undefined ? ` (${reason.because})` : ''}`,
        got: reasonInWords(reason),
        ...readAt(subject, subject.statement.at),
      })),
    )
    .podError(notAuthorized)
    .place(only === undefined ? undefined : { issuer: `https://${only}` })
    .fix(
      hasSeveralIssuers
        ? {
            summary: `Give each issuer of ${subject.label} a statement of its own, with the tests on its own keys.`,
            choice: 'Which service accounts of each cluster use the role: name them exactly.',
          }
        : fixOf(subject, view.policy, reasons, exposures, facts),
    );
};

/** The fix by the reason: what denies, the tests that are never true, or the tests on the subject. */
const fixOf = (
  subject: StatementSubject,
  policy: Policy,
  reasons: readonly NeverReason[],
  exposures: readonly Exposure[],
  facts: Facts,
): FixDraft => {
  const { label, role } = subject;
  const issuer = exposures[0]?.issuer ?? '';
  const denials = reasons.flatMap(one => (one.kind === 'denied' ? one.by : []));
  if (denials.length > 0)
    return denialFix(subject, issuer, denials, alwaysInDenials(subject, policy, exposures, facts), facts);
  const tests = reasons.flatMap(one => (one.kind === 'test' ? [one] : []));
  if (tests.length > 0) {
    const isAbsent = tests.every(({ because }) => because !== undefined);
    const isAddress = tests.some(({ place }) => place.key.toLowerCase() === 'aws:sourceip');
    const because = isAbsent ? 'no token has the key' : isAddress ? publicAddress : 'it is true for no subject';
    return neverTrueFix(
      subject,
      issuer,
      tests.map(({ place }) => place),
      { isAbsent, because },
      facts,
    );
  }
  const exact = `StringEquals ${issuer}:sub with the exact service accounts that use ${role.name}`;
  return reasons.some(({ kind }) => kind === 'contradiction')
    ? {
        summary: `In ${label} replace the tests on the subject by ${exact}: no subject passes all of them.`,
        choice: 'Which of the tests is right.',
      }
    : {
        summary: `Name the service accounts in the test on the subject of ${label}.`,
        choice: 'Which service accounts use the role.',
      };
};

/** The parts by which each Deny holds for every pod: keys that no request of a pod has, as those of a data perimeter, and tests on addresses. */
const alwaysInDenials = (
  subject: StatementSubject,
  policy: Policy,
  [exposure]: readonly Exposure[],
  facts: Facts,
): Parameters<typeof denialFix>[3] => {
  if (exposure === undefined) return { absent: [], addresses: [] };
  const env = environmentOf(trustContextFor(subject, facts, exposure.issuer, exposure.audience), policy);
  const tests = policy.statements
    .filter(({ effect }) => effect === 'Deny')
    .flatMap(statement => evaluateStatement(statement, env).tests);
  const absent = tests.filter(({ fact }) => fact?.present === 'no').map(({ test }) => test.key.text);
  const addresses = tests
    .filter(({ fact, truth }) => fact?.isPublicAddress && truth.certain === true)
    .map(({ test }) => `${test.operator} ${test.key.text}`);
  return { absent: [...new Set(absent)], addresses: [...new Set(addresses)] };
};

/** Why a statement matches no token. `test`: one test is false for every subject. `contradiction`: no subject passes all
 *  tests on the subject. `no-subject`: no service account can have the subject that is tested. */
type NeverReason =
  | { readonly kind: 'test'; readonly test: string; readonly place: TestPlace; readonly because?: string }
  | { readonly kind: 'contradiction' }
  | { readonly kind: 'no-subject' }
  | { readonly kind: 'denied'; readonly by: readonly string[] };

const saidOf = ({ label, role: { name } }: StatementSubject, reasons: readonly NeverReason[]): FailureDraft => {
  const known = { statement: label, role: name };
  const [kind, another] = [...new Set(reasons.map(reason => reason.kind))];
  if (kind === undefined || another !== undefined) return fail.several(known);
  if (kind === 'test')
    return fail.test({ ...known, tests: reasons.flatMap(one => (one.kind === 'test' ? [one.test] : [])) });
  if (kind === 'denied')
    return fail.denied({ ...known, denials: reasons.flatMap(one => (one.kind === 'denied' ? one.by : [])) });
  return fail[kind](known);
};

/** A reason as evidence. */
const reasonInWords = (reason: NeverReason): Phrase => {
  if (reason.kind === 'denied') return phrase('{denials} denies what it allows', { denials: reason.by });
  if (reason.kind === 'contradiction') return phrase('its tests on the subject contradict each other');
  if (reason.kind === 'no-subject') return phrase('no service account can have the subject that it tests');
  return phrase('{test} is false for every subject', { test: reason.test });
};

/** The tests that are false for every subject, else that they contradict each other, or what denies. */
const neverReasons = (
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
  const context = trustContextFor(subject, facts, issuer, audience);
  const { tests } = evaluateStatement(subject.statement, environmentOf(context, policy));
  const impossible = tests.flatMap(({ truth, fact, test }): NeverReason[] => {
    // A test on the clock is true at other times.
    if (truth.possible !== false || isClockKey(test.key.text)) return [];
    const because = fact?.present === 'no' ? { because: fact.because } : {};
    const place = { operator: test.operator, key: test.key.text };
    return [{ kind: 'test', test: `${place.operator} ${place.key}`, place, ...because }];
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
