import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import {
  type Budget,
  hasSubject,
  isPlaceholder,
  type Located,
  nearestSubject,
  subjectOf,
  wildcardGlob,
} from '../../policy.ts';
import { phrase, spelledOut } from '../../text.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  notApplicable,
} from '../prelude.ts';
import { annotatedAccounts } from './exposure/inventory.ts';
import { withSubject } from './policy-edit/replace-subject.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { keyMismatches } from './statement/key-mismatch.ts';
import { arnsOf, explains, policyEvidence, type StatementView, viewOf } from './statement/statement-view.ts';
import { hasWildcard, type SubjectValue, subjectValues } from './statement/subject-values.ts';

/** The texts of the rule, by message id. */
const fail = failures({
  empty: ['subject is malformed', 'role {role} compares the subject with an empty value'],
  placeholder: [
    'subject is malformed',
    'subject {subject} of role {role} contains a template placeholder that was not filled in',
  ],
  'white-space': ['subject is malformed', 'subject {subject} of role {role} contains white space'],
  prefix: ['subject is malformed', 'subject {subject} of role {role} does not begin with system:serviceaccount:'],
  form: [
    'subject is malformed',
    'subject {subject} of role {role} does not have the form system:serviceaccount:<namespace>:<name>',
  ],
  'empty-name': ['subject is malformed', 'subject {subject} of role {role} has an empty {part} name'],
  'upper-case': ['subject is malformed', 'subject {subject} of role {role} has upper case letters in the {part} name'],
  'invalid-name': [
    'subject is malformed',
    'subject {subject} of role {role} has a {part} name that Kubernetes does not allow',
  ],
  'long-name': [
    'subject is malformed',
    'subject {subject} of role {role} has a {part} name of {length} characters; {max} are allowed',
  ],
  pattern: [
    'subject is malformed',
    'pattern {subject} of role {role} matches no subject that a service account can have',
  ],
});

/** A value that no service account can have: it matches nobody. */
export const trustSubjectMalformed = defineRule({
  id: 'trust-subject-malformed',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Subjects are ones that a service account can have',
  fault: 'No service account can have the subject',
  says: fail.says,
  needs: ['roles'],
  why: 'The subject of a token is system:serviceaccount:<namespace>:<name>, in lower case, with nothing before, between or after. A value of any other form matches no pod; in a Deny it denies nobody.',
  fix: 'Write the subject exactly as the token has it.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §A.6, §A.9'],
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
  const wanted = hasWildcard(value.text)
    ? undefined
    : (nearestSubject(value.text) ?? namesake(subject, view, value, facts));
  const policy =
    wanted === undefined ? undefined : withSubject({ subject, view, keys: [test.key.text] }, value.text, wanted);
  const proposal =
    wanted === undefined
      ? {
          summary: 'Write the subject as system:serviceaccount:<namespace>:<name>.',
          instead: 'Which namespace and service account use the role: the value does not say.',
        }
      : {
          summary: `Replace the subject with ${wanted}.`,
          instead: `Confirm that ${wanted} is the right subject, then write it in place of the wrong one.`,
          terraform: terraformCondition(test.operator, test.key.text, [wanted]),
          cdk: `${JSON.stringify(test.key.text)}: ${JSON.stringify(wanted)}`,
        };
  return saidOf(subject.role.name, value.text, fault)
    .discriminator(value.text)
    .at(value.at)
    .podError(allows ? notAuthorized : undefined)
    .impact(allows ? undefined : 'exposes')
    .pieces(
      policyEvidence(
        subject,
        `${test.operator} ${test.key.text}`,
        value,
        wanted ?? phrase('system:serviceaccount:<namespace>:<name>'),
      ),
    )
    .explains(explains(subject, arnsOf(view), ['trust-never-matches']))
    .fix(trustPolicyFix(subject, facts, policy, proposal));
};

/** The subject of the one service account that has the role by its annotation and is called as the value says. */
const namesake = (
  { role }: StatementSubject,
  { hostPaths }: StatementView,
  { text }: Located,
  facts: Facts,
): string | undefined => {
  const users = hostPaths.flatMap(issuer => annotatedAccounts(issuer, role.arn, facts));
  const [meant, ...others] = new Set(
    users.filter(({ name }) => name === text).map(({ namespace, name }) => subjectOf(namespace, name)),
  );
  return others.length === 0 ? meant : undefined;
};

const prefix = 'system:serviceaccount:';
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Why no service account can have a subject, or match a pattern. */
type SubjectFault =
  | { readonly kind: 'empty' | 'placeholder' | 'white-space' | 'prefix' | 'form' | 'pattern' }
  | { readonly kind: 'empty-name' | 'upper-case' | 'invalid-name'; readonly part: NamePart }
  | { readonly kind: 'long-name'; readonly part: NamePart; readonly length: number; readonly max: number };

type NamePart = 'namespace' | 'service account';

/** Why no service account can have this subject; undefined if one can. */
const subjectFault = (subject: string): SubjectFault | undefined => {
  if (subject === '') return { kind: 'empty' };
  if (isPlaceholder(subject)) return { kind: 'placeholder' };
  if (/\s/.test(subject)) return { kind: 'white-space' };
  if (!subject.startsWith(prefix)) return { kind: 'prefix' };
  const [namespace, name, ...rest] = subject.slice(prefix.length).split(':');
  if (namespace === undefined || name === undefined || rest.length > 0) return { kind: 'form' };
  return nameFault('namespace', namespace, label, 63) ?? nameFault('service account', name, subdomain, 253);
};

const nameFault = (part: NamePart, name: string, form: RegExp, max: number): SubjectFault | undefined => {
  if (name === '') return { kind: 'empty-name', part };
  if (name.length > max) return { kind: 'long-name', part, length: name.length, max };
  if (/[A-Z]/.test(name)) return { kind: 'upper-case', part };
  return form.test(name) ? undefined : { kind: 'invalid-name', part };
};

/** Why no service account can match a pattern; undefined if one can, or where the pattern is too large to tell. */
const patternFault = (pattern: string, budget: Budget): SubjectFault | undefined => {
  if (hasSubject({ kind: 'matches', glob: wildcardGlob(pattern) }, budget) !== false) return undefined;
  if (isPlaceholder(pattern)) return { kind: 'placeholder' };
  return /\s/.test(pattern) ? { kind: 'white-space' } : { kind: 'pattern' };
};

const saidOf = (role: string, value: string, fault: SubjectFault): FailureDraft => {
  const known = { role, subject: spelledOut(value) };
  switch (fault.kind) {
    case 'long-name':
      return fail['long-name']({ ...known, part: fault.part, length: fault.length, max: fault.max });
    case 'empty-name':
    case 'upper-case':
    case 'invalid-name':
      return fail[fault.kind]({ ...known, part: fault.part });
    default:
      return fail[fault.kind](known);
  }
};
