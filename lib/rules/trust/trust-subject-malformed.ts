import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { nearestSubject } from '../../policy/who/nearest-subject.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failOrPass, notApplicable } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { withSubject } from './policy-edit/replace-subject.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { keyMismatches } from './statement/key-mismatch.ts';
import { explains, notAuthorized, policyEvidence, type StatementView, viewOf } from './statement/statement-view.ts';
import { hasWildcard, type SubjectValue, subjectValues } from './statement/subject-values.ts';
import { patternFault, type SubjectFault, subjectFault } from './trust-subject-malformed-fault.ts';
import { fail, saidOf } from './trust-subject-malformed-messages.ts';

/** A value that no service account can have: it matches nobody. */
export const trustSubjectMalformed = defineRule({
  id: 'trust-subject-malformed',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Subjects are ones that a service account can have',
  says: fail.says,
  needs: ['roles'],
  docs: {
    why: 'The subject of a token is system:serviceaccount:<namespace>:<name>, in lower case, with nothing before, between or after. A value of any other form matches no pod; in a Deny it denies nobody.',
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
        const fault = swapped.has(value.test) ? undefined : faultOf(value, subject);
        return fault === undefined ? [] : [failureOf(subject, view, value, fault, facts)];
      }),
    );
  },
});

/** Why nobody can have the value; a wildcard under a literal operator is another rule's. */
const faultOf = (
  { value, operator, isPattern }: SubjectValue,
  { hints }: StatementSubject,
): SubjectFault | undefined => {
  if (hasWildcard(value.text)) return isPattern ? patternFault(value.text, hints) : undefined;
  return subjectFault(operator.ignoreCase ? value.text.toLowerCase() : value.text);
};

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  found: SubjectValue,
  fault: SubjectFault,
  facts: Facts,
): Failure => {
  const { test, value, operator } = found;
  const allows = view.allows !== operator.negated;
  const wanted = hasWildcard(value.text) ? undefined : nearestSubject(value.text);
  const policy =
    wanted === undefined ? undefined : withSubject({ subject, view, keys: [test.key.text] }, value.text, wanted);
  return {
    discriminator: value.text,
    at: value.at,
    ...(allows ? { podError: notAuthorized } : { impact: 'exposes' as const }),
    ...saidOf(subject.role.name, value.text, fault),
    evidence: [
      policyEvidence(
        subject,
        `${test.operator} ${test.key.text}`,
        value,
        wanted ?? phrase('system:serviceaccount:<namespace>:<name>'),
      ),
    ],
    fix: trustPolicyFix(subject, facts, policy, {
      summary:
        wanted === undefined
          ? `Write the subject as system:serviceaccount:<namespace>:<name>.`
          : `Replace the subject with ${wanted}.`,
      instead:
        wanted === undefined
          ? 'Which namespace and service account use the role: the value does not say.'
          : `Confirm that ${wanted} is the right subject, then write it in place of the wrong one.`,
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
