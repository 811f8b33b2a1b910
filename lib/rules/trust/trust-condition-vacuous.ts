import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { defineRule, failOrPass, notApplicable, pass } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { exposuresOf } from './exposure/exposure.ts';
import { isVacuous, type KeyMismatch, keyMismatches, slipInWords } from './statement/key-mismatch.ts';
import { readAt, viewOf } from './statement/statement-view.ts';
import { restricting, vacuousFix } from './trust-condition-vacuous-fix.ts';

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
  group: 'trust',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Tests on subject and audience restrict something',
  says: fail.says,
  needs: ['roles'],
  docs: {
    why: 'ForAllValues:, …IfExists and negated operators are true where the request has no such key. On a key of another issuer, or on a mistyped one, they are therefore always true: the test looks like a restriction and has no effect. Low where other tests name each service account exactly: then nobody else can assume the role.',
    fix: "Test the issuer's own key with StringEquals, or remove the test where another one does that.",
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
      'docs/facts.md §A.3, §A.6',
    ],
  },
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
        return { ...failureOf(subject, mismatch, isLeftover), fix };
      }),
    );
  },
});

/** So many tests of a statement have a command: each is proven over all tests, and a policy has room for hundreds. */
const maxProven = 5;

/** True where other tests name everyone who can assume the role by this statement, whatever the vacuous one says. */
const isExact = (subject: StatementSubject, facts: Facts): boolean => {
  const sets = exposuresOf(subject, facts).map(({ set }) => set.kind);
  return sets.includes('list') && sets.every(kind => kind === 'list' || kind === 'none');
};

const failureOf = (
  subject: StatementSubject,
  { test, wanted, slip }: KeyMismatch,
  isLeftover: boolean,
): Omit<Failure, 'fix'> => ({
  discriminator: test.key.text,
  at: test.key.at,
  ...(isLeftover ? { severity: 'low', impact: 'hygiene' } : {}),
  ...fail[isLeftover ? 'leftover' : 'vacuous']({
    operator: test.operator,
    key: test.key.text,
    role: subject.role.name,
  }).message,
  evidence: [
    {
      what: `test on a key that ${slipInWords[slip]}`,
      got: `${test.operator} ${test.key.text}`,
      ...(wanted === undefined ? {} : { wanted: `${restricting(test)} ${wanted}` }),
      ...readAt(subject, test.at),
    },
  ],
});
