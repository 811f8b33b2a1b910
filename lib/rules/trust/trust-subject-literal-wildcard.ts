import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import { phrase } from '../../text.ts';
import { defineRule, type Failure, failOrPass, failures, iamGuide, notApplicable } from '../prelude.ts';
import { namesEach } from './exposure/exposure.ts';
import { nameThemFix } from './policy-edit/narrow-fix.ts';
import { editForProviders, moveTest } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { arnsOf, explains, policyEvidence, type StatementView, viewOf } from './statement/statement-view.ts';
import { hasWildcard, type SubjectValue, subjectValues } from './statement/subject-values.ts';

const fail = failures({
  allow: [
    'wildcard not expanded',
    'role {role} trusts nobody by {value}: {operator} compares wildcards as plain characters',
  ],
  deny: [
    'wildcard not expanded',
    'role {role} excludes nobody by {value}: {operator} compares wildcards as plain characters',
  ],
});

/** StringEquals compares `*` as a plain character, and no service account has one in its name. */
export const trustSubjectLiteralWildcard = defineRule({
  id: 'trust-subject-literal-wildcard',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Wildcards in subjects are under StringLike',
  fault: 'A wildcard in a subject is not expanded',
  says: fail.says,
  needs: ['roles'],
  why: 'Under StringEquals the characters * and ? are compared as they are. Names of namespaces and service accounts cannot contain them, so the value matches nobody; in a Deny it denies nobody. Low where every Allow names its service accounts: then there is nobody else to deny.',
  fix: 'Name the service accounts exactly, or move the test to StringLike if the pattern is intended.',
  references: [iamGuide('reference_policies_elements_condition_operators'), 'docs/facts.md §A.3'],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view) return notApplicable;
    const literal = subjectValues(view).filter(({ value, isPattern }) => !isPattern && hasWildcard(value.text));
    return failOrPass(literal.map(value => failureOf(subject, view, value, facts)));
  },
});

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  { test, operator, value }: SubjectValue,
  facts: Facts,
): Failure => {
  const allows = view.allows !== operator.negated;
  const isHarmless = !allows && namesEach(subject, facts);
  const like = operator.negated ? 'StringNotLike' : 'StringLike';
  const to = test.operator.replace(operator.base, like);
  const policy = editForProviders(subject.role.trustPolicy, view.statement.index, arnsOf(view), statement =>
    moveTest(statement, { operator: test.operator, key: test.key.text }, { operator: to, key: test.key.text }),
  );
  return fail[allows ? 'allow' : 'deny']({ role: subject.role.name, value: value.text, operator: test.operator })
    .discriminator(value.text)
    .at(value.at)
    .podError(allows ? notAuthorized : undefined)
    .impact(allows ? undefined : isHarmless ? 'hygiene' : 'exposes')
    .severity(isHarmless ? 'low' : undefined)
    .pieces(
      policyEvidence(
        subject,
        `${test.operator} ${test.key.text}`,
        value,
        phrase('an exact name, or {operator}', { operator: to }),
      ),
    )
    .explains(explains(subject, arnsOf(view), ['trust-never-matches']))
    .fix(
      allows && view.allows
        ? nameThemFix(subject.role, test.key.text, facts)
        : trustPolicyFix(subject, facts, policy, {
            summary: `Compare the subject with ${to}, or name the service accounts exactly.`,
            choice: view.allows
              ? `Under ${to} every service account that matches ${value.text} is excluded.`
              : `Under ${to} the Deny ${operator.negated ? 'spares' : 'covers'} every service account that matches ${value.text}.`,
            instead: `Which service accounts are meant: write ${value.text} under ${to}, or name them exactly.`,
            terraform: terraformCondition(to, test.key.text, [value.text]),
            cdk: `${to}: { ${JSON.stringify(test.key.text)}: ${JSON.stringify(value.text)} }`,
          }),
    );
};
