import { type EksPrincipal, eksPrincipalsOf, type Facts, type StatementSubject } from '../../facts.ts';
import { cleanIssuer, isOwnProvider, type SourceLocation } from '../../model.ts';
import {
  type Doubtful,
  defaultAudience,
  doubtsOf,
  environmentOf,
  evaluateStatement,
  type Policy,
  type PolicyProblem,
  subjectsOf,
  type TrustContext,
} from '../../policy.ts';
import { trustContextFor } from '../access/trust-context.ts';
import {
  defineRule,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  iamGuide,
  notApplicable,
  undecidedOf,
} from '../prelude.ts';
import { kindOfDoubt } from './exposure/exposure.ts';
import { readAt, viewOf } from './statement/statement-view.ts';

/** The texts of the rule, by message id. */
const fail = failures({
  'depends-on-request': [
    'cannot be decided',
    'who can assume role {role} also depends on {key}, which differs from request to request',
  ],
  undocumented: [
    'cannot be decided',
    'AWS does not document how the test {operator} on {key} of role {role} is decided',
  ],
  'undocumented-part': [
    'cannot be decided',
    'AWS does not document how {element} of {statement} of role {role} is decided',
  ],
  'unknown-operator': [
    'cannot be decided',
    'role {role} uses {operator}, which is not a documented condition operator',
  ],
  element: [
    'cannot be decided',
    'the trust policy of role {role} has an element or value that a trust policy cannot have',
  ],
  version: ['cannot be decided', 'the trust policy of role {role} has a Version that IAM does not document'],
  'key-case': [
    'cannot be decided',
    'condition keys of role {role} differ only in case: how IAM combines them is not documented',
  ],
  refused: ['cannot be decided', 'the trust policy of role {role} is one that IAM refuses to save'],
});

/** A result that depends on something undocumented or on the request is said so, with the key's name: never a silent
 *  pass. */
export const trustUndecidable = defineRule({
  id: 'trust-undecidable',
  kind: 'statement',
  impact: 'hygiene',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Trust policies can be decided from their text',
  fault: 'The trust policy cannot be decided from its text',
  says: fail.says,
  needs: ['roles'],
  why: 'Some tests depend on the network of the pod or on its SDK, and some on what AWS does not document. Whether a pod can assume the role cannot be decided from the policy then. A doubt that no pod depends on, since another statement decides, is silent; one that may open the role to strangers is a finding of the rule on that exposure. A test on the request alone is info: it only restricts more.',
  fix: 'Decide by issuer, subject and audience; keep conditions on the network in other policies.',
  references: [iamGuide('reference_policies_condition-keys'), 'docs/facts.md §A.6, §U'],
  check: (subject, facts) => {
    const { policy, statement } = subject;
    const view = viewOf(subject, facts);
    const principals = statement.effect === 'Deny' ? allowedBeside(subject, facts) : (view?.principals ?? []);
    if (!view && principals.length === 0 && !statement.notPrincipal) return notApplicable;
    const problems = [...policy.policy.problems, ...statement.problems].map(one => problemFailure(subject, one));
    const doubts = doubtfulTests(subject, principals, facts);
    const unread = doubts.find(({ reason }) => reason.kind === 'unread');
    const tests = doubts.filter(doubt => doubt !== unread && doubt.reason.kind !== 'unread');
    return failOrPass(
      [...problems, ...tests.map(doubt => testFailure(subject, doubt))],
      unread && undecidedOf(kindOfDoubt([unread.reason], subject.role), unread.because),
    );
  },
});

/** The providers that other statements allow: a Deny may stand for their tokens, whatever its principal. */
const allowedBeside = ({ policy: { policy } }: StatementSubject, facts: Facts): readonly EksPrincipal[] =>
  policy.statements.flatMap(one => (one.effect === 'Allow' ? eksPrincipalsOf(one.principal, facts) : []));

/** Parts that may go either way where a pod may be refused for it, each key once. Certain answers of other statements
 *  break nothing; the exposures tell of doubts that may open the role. */
const doubtfulTests = (
  subject: StatementSubject,
  principals: readonly EksPrincipal[],
  facts: Facts,
): readonly Doubtful[] => {
  const found = new Map<string, Doubtful>();
  for (const principal of principals) {
    if (!isOwnProvider(principal.arn, subject.role.arn)) continue;
    const { policy } = subject.policy;
    const context = trustContextFor(subject, facts, cleanIssuer(principal.hostPath), defaultAudience);
    const env = environmentOf(context, policy);
    const doubts = doubtsOf(evaluateStatement(subject.statement, env), env);
    if (doubts.length === 0 || !mayBreak(policy, context, subject)) continue;
    for (const doubt of doubts) {
      const key = keyOf(doubt);
      if (key !== undefined && !found.has(key)) found.set(key, doubt);
    }
  }
  return [...found.values()];
};

/** Whether the answer for some service account is open, after all statements of the policy. */
const mayBreak = (policy: Policy, context: TrustContext, { hints }: StatementSubject): boolean =>
  subjectsOf(policy, context, { ...hints }).kind === 'unknown';

/** The key of a test, or the element that is in doubt. A problem is told by itself, as that of keys which differ only in case. */
const keyOf = ({ reason }: Doubtful): string | undefined => {
  if ('key' in reason) return reason.key;
  return 'element' in reason && reason.element !== 'Condition' ? reason.element : undefined;
};

const testFailure = (subject: StatementSubject, doubt: Doubtful): Failure => {
  const key = keyOf(doubt) ?? '';
  const operator = 'operator' in doubt.reason ? (doubt.reason.operator ?? '') : '';
  const { name: role } = subject.role;
  const isOfRequest = doubt.reason.kind === 'request-dependent';
  const said =
    'element' in doubt.reason
      ? fail['undocumented-part']({ role, statement: subject.label, element: key })
      : doubt.reason.kind === 'unsupported-operator'
        ? fail['unknown-operator']({ role, operator })
        : isOfRequest
          ? fail['depends-on-request']({ role, key }).severity('info')
          : fail.undocumented({ role, key, operator });
  return failureOf(subject, key, said, doubt.at, doubt.because);
};

const problemFailure = (subject: StatementSubject, problem: PolicyProblem): Failure => {
  const { kind, name } = problem;
  const isOwn = kind === 'element' || kind === 'version' || kind === 'key-case';
  const said = fail[isOwn ? kind : 'refused']({ role: subject.role.name });
  const discriminator = name === undefined ? kind : `${kind} ${name}`;
  return failureOf(subject, discriminator, said, problem.at, problem.message);
};

/** A failure of the rule: what is in doubt, and why. */
const failureOf = (
  subject: StatementSubject,
  discriminator: string,
  said: FailureDraft,
  at: SourceLocation,
  because: string,
): Failure =>
  said
    .discriminator(discriminator)
    .at(at)
    .evidence(because, readAt(subject, at), discriminator)
    .fix(
      `Decide by subject and audience alone in ${subject.label} of ${subject.role.name}.`,
      `What ${discriminator} is for: without it more service accounts may be able to assume the role.`,
    );
