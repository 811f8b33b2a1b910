import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { mayCover } from '../../policy/decide/action.ts';
import { defineRule, failOrPass, notApplicable, pass, reasonOf, unknownFor } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { type Change, clockChange } from './exposure/clock-change.ts';
import { type Exposure, exposuresOf, unreadProvider } from './exposure/exposure.ts';
import { leftoverOf } from './statement/leftover.ts';
import { notAuthorized, readAt, type StatementView, viewOf } from './statement/statement-view.ts';
import { messageOf, neverMessage, neverReasons, reasonInWords } from './trust-never-matches-reasons.ts';

/** By contradiction: each test is well formed, and no token passes them all. */
export const trustNeverMatches = defineRule({
  id: 'trust-never-matches',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Every statement can match some token',
  says: neverMessage.says,
  needs: ['roles'],
  docs: {
    why: 'All tests of a statement must be true at once. With tests of two issuers, two patterns that share no name, or a Deny that covers the Allow, nobody can assume the role, though each part looks right.',
    fix: 'Give each issuer a statement of its own; remove the test that contradicts.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html',
      'docs/facts.md §A.2',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    const judged = exposuresOf(subject, facts).map(one => ({ one, left: leftoverOf(subject, one.principal, facts) }));
    const exposures = judged.flatMap(({ one, left }) => (left === 'left' ? [] : [one]));
    // A statement for another action is another rule's.
    if (!view || exposures.length === 0 || !mayCover(subject.statement)) return notApplicable;
    // What matches at another time is trust-condition-expired's.
    if (isClosedNow(clockChange(subject, facts))) return pass;
    const arns = [...new Set(exposures.map(({ principal }) => principal.arn))];
    const dead = arns.filter(arn => exposures.every(one => one.principal.arn !== arn || one.set.kind === 'none'));
    const tooBig = exposures.find(({ set }) => set.reasons.some(({ kind }) => kind === 'budget'))?.set.because;
    // How many are dead tells one finding from several.
    const doubt = judged.flatMap(({ left }) => (typeof left === 'object' ? [left.why] : []))[0];
    const missing =
      unreadProvider(subject, facts) ??
      (dead.length === 0 ? undefined : reasonOf('unread', doubt)) ??
      (dead.length === 0 ? reasonOf('budget', tooBig) : undefined);
    if (missing !== undefined) return unknownFor(missing);
    const found = exposures.filter(one => dead.includes(one.principal.arn));
    return failOrPass(
      dead.length === arns.length
        ? [failureOf(subject, view, found, facts)]
        : dead.map(arn =>
            failureOf(
              subject,
              view,
              found.filter(one => one.principal.arn === arn),
              facts,
            ),
          ),
    );
  },
});

const isClosedNow = (change: Change | 'too-complex' | undefined): boolean =>
  typeof change === 'object' && change.id !== 'ending';

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  exposures: readonly Exposure[],
  facts: Facts,
): Failure => {
  const arns = [...new Set(exposures.map(({ principal }) => principal.arn))];
  const issuers = [...new Set(exposures.map(({ issuer }) => issuer))];
  const reasons = neverReasons(subject, view.policy, exposures, facts);
  const hasSeveralIssuers = new Set([...view.hostPaths, ...view.otherIssuers]).size > 1;
  const [only] = issuers.length === 1 ? issuers : [];
  return {
    discriminator: arns.join(' '),
    at: subject.statement.at,
    ...messageOf(subject, reasons),
    volatile: ['statement', 'denials'],
    evidence: reasons.map(reason => ({
      what: `why it never matches${reason.kind === 'test' && reason.because !== undefined ? ` (${reason.because})` : ''}`,
      got: reasonInWords(reason),
      ...readAt(subject, subject.statement.at),
    })),
    podError: notAuthorized,
    ...(only === undefined ? {} : { place: { issuer: `https://${only}` } }),
    fix: {
      summary: hasSeveralIssuers
        ? `Give each issuer of ${subject.label} a statement of its own, with the tests on its own keys.`
        : `Change ${subject.label} so that its tests can be true together.`,
      steps: [],
      choice: hasSeveralIssuers
        ? 'Which service accounts of each cluster use the role: name them exactly.'
        : 'Which of the tests is right.',
    },
  };
};
