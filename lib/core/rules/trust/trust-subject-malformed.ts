import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { spelledOut } from '../../text/visible-text.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { withSubject } from './support/exact-subjects.ts';
import { keyMismatches } from './support/key-mismatch.ts';
import { patternFault } from './support/pattern-fault.ts';
import { policyFix, terraformCondition } from './support/policy-fix.ts';
import { nearestSubject, subjectFault } from './support/service-account-name.ts';
import { explains, notAuthorized, policyEvidence, type StatementView, viewOf } from './support/statement-view.ts';
import { hasWildcard, type SubjectValue, subjectValues } from './support/subject-values.ts';

/** A value that no service account can have: compared as it is, it matches nobody. */
export const trustSubjectMalformed = defineRule({
  id: 'trust-subject-malformed',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Subjects have the form system:serviceaccount:<namespace>:<name>',
  needs: [],
  docs: {
    why: 'The subject of a token is system:serviceaccount:<namespace>:<name>, in lower case, with nothing before, between or after. A value of any other form lets no pod in; in a Deny it denies nobody.',
    fix: 'Write the subject exactly as the token has it.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.6, §A.9',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view) return notApplicable;
    const swapped = new Set(keyMismatches(view).map(({ test }) => test));
    return failOrPass(
      subjectValues(view).flatMap(value => {
        const why = swapped.has(value.test) ? undefined : faultOf(value);
        return why === undefined ? [] : [failureOf(subject, view, value, why)];
      }),
    );
  },
  examples: {
    pass: { title: 'namespace and name in lower case', facts: () => someFacts() },
    fail: {
      title: 'the namespace in upper case',
      facts: () =>
        someFacts({
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }) })]),
        }),
    },
  },
});

/** Why nobody can have the value; a wildcard under a literal operator is another rule's. */
const faultOf = ({ value, operator, isPattern }: SubjectValue): string | undefined => {
  if (hasWildcard(value.text)) return isPattern ? patternFault(value.text) : undefined;
  return subjectFault(operator.ignoreCase ? value.text.toLowerCase() : value.text);
};

const failureOf = (subject: StatementSubject, view: StatementView, found: SubjectValue, why: string): Failure => {
  const { test, value, operator } = found;
  const lets = view.allows !== operator.negated;
  const wanted = hasWildcard(value.text) ? undefined : nearestSubject(value.text);
  const policy = wanted === undefined ? undefined : withSubject(subject, value.text, wanted);
  return {
    discriminator: value.text,
    at: value.at,
    ...(lets ? { podError: notAuthorized } : { impact: 'exposes' as const }),
    message: `in the trust policy of ${subject.role.arn} the subject "${spelledOut(value.text)}" ${why}: no service account can have it${wanted ? `; the nearest right value is ${wanted}` : ''}`,
    evidence: [
      policyEvidence(
        subject,
        `${test.operator} ${test.key.text}`,
        value,
        wanted ?? 'system:serviceaccount:<namespace>:<name>',
      ),
    ],
    fix: policyFix(subject.role, policy, {
      summary:
        wanted === undefined
          ? `Write the subject as system:serviceaccount:<namespace>:<name>.`
          : `Replace the subject by ${wanted}.`,
      choice:
        wanted === undefined
          ? 'Which namespace and service account are meant: the value does not say.'
          : `Confirm that ${wanted} is the account that is meant: it gets the role.`,
      ...(wanted === undefined
        ? {}
        : {
            terraform: terraformCondition(test.operator, test.key.text, [wanted]),
            cdk: `${JSON.stringify(test.key.text)}: ${JSON.stringify(wanted)}`,
          }),
    }),
    explains: explains(
      subject,
      view.principals.map(principal => principal.arn),
      ['trust-never-matches'],
    ),
  };
};
