import { type Facts, lookUpRole, rolesToOffer, type ServiceAccountSubject, trustDecision } from '../../facts.ts';
import { type FixDraft, parseArn, roleNameOf, valueOr } from '../../model.ts';
import { near, phrase } from '../../text.ts';
import { withAlternatives } from '../access/alternatives.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  failed,
  failures,
  iamGuide,
  notApplicable,
  pass,
  unknown,
  type Verdict,
} from '../prelude.ts';
import { askingOf, nameRole, roleMadeFor } from './support/name-role.ts';
import {
  annotationEvidence,
  explainsPodsOfAccount,
  explainsRuntime,
  nameOfAccount,
  unlessDormant,
  wellFormedRole,
} from './support/service-account-view.ts';

const fail = failures({
  missing: [
    'role does not exist',
    'role {role} of service account {serviceAccount} does not exist in account {account}',
  ],
  otherCase: [
    'letter case differs',
    'no role has the ARN that service account {serviceAccount} names: the role is {actual}, and upper and lower case count',
  ],
  otherPath: [
    'role has another path',
    'role {role} of service account {serviceAccount} has another path than the annotation',
  ],
  otherAccount: [
    'role of another account',
    'service account {serviceAccount} names role {role} of account {account}; the role of this name that trusts it is in account {own}',
  ],
  otherPathAndCase: [
    'path and case differ',
    'no role has the ARN that service account {serviceAccount} names: the role is {actual}, with another path and other upper and lower case',
  ],
});

/** A deleted role and a mistyped one. The answer of STS for them is not documented: so no error of a pod is told. */
export const serviceAccountRoleMissing = defineRule({
  id: 'service-account-role-missing',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Annotated roles exist',
  fault: 'The annotated role does not exist',
  says: fail.says,
  needs: ['service-accounts', 'roles'],
  why: 'Nobody can assume a role that does not exist: the pods get no credentials. A mistyped name, a forgotten path and a deleted role are the usual causes. In an ARN upper and lower case count, although an account cannot have two roles whose names differ in that alone. AWS does not document which error STS then returns.',
  fix: 'Name the role that exists, with its path, or create it.',
  references: [
    eksGuide('associate-service-account-role'),
    iamGuide('id_roles_create_for-idp_oidc'),
    'docs/facts.md §A.9, §C.2',
  ],
  check: (subject, facts) => {
    const roleArn = wellFormedRole(subject);
    if (roleArn === undefined) return notApplicable;
    if (parseArn(roleArn)?.accountId !== facts.snapshot.accountId) return namesakeHere(subject, roleArn, facts);
    const lookup = lookUpRole(roleArn, facts);
    if (lookup.status === 'unread') return unknown('unread', `the roles of the account (${lookup.why})`);
    return lookup.status === 'absent' ? unlessDormant(subject, failed(failureOf(subject, roleArn, facts))) : pass;
  },
});

/**
 * A role of another account, which was read and has no such role, where this account has a role of the same name: the
 * account in the ARN is wrong. Of an account that was not read nothing is said: roles of one name in two accounts are usual.
 */
const namesakeHere = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): Verdict => {
  const here = rolesToOffer(facts.snapshot).find(({ arn }) => roleNameOf(arn) === roleNameOf(roleArn))?.arn;
  if (here === undefined && facts.snapshot.roles.status !== 'complete')
    return unknown('unread', 'all roles of the account');
  if (here === undefined) return notApplicable;
  const lookup = lookUpRole(roleArn, facts);
  const hasFailed = facts.fleet.gaps.some(({ accountId }) => accountId === parseArn(roleArn)?.accountId);
  if (lookup.status === 'unread' && (lookup.kind === 'unread' || hasFailed))
    return unknown('unread', `the roles of the account of ${roleArn} (${lookup.why})`);
  if (lookup.status !== 'absent-or-no-oidc') return notApplicable;
  const { partition = '', accountId: account = '' } = parseArn(roleArn) ?? {};
  if (!here.startsWith(`arn:${partition}:`)) return notApplicable;
  return unlessDormant(
    subject,
    failed(
      fail
        .otherAccount({
          serviceAccount: nameOfAccount(subject),
          role: roleNameOf(roleArn),
          account,
          own: facts.snapshot.accountId,
        })
        .pieces(annotationEvidence(subject, roleArn, here))
        .explains([
          ...explainsPodsOfAccount(subject, ['pod-role-stale']),
          explainsRuntime(subject, roleArn),
          ...['service-account-role-not-trusting', 'service-account-role-account-lacks-provider'].map(ruleId => ({
            ruleId,
            subject: subject.id,
          })),
        ])
        .fix(renameFix(subject, here, [])),
    ),
  );
};

const failureOf = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): Failure => {
  const arns = rolesToOffer(facts.snapshot).map(one => one.arn);
  // An account has no two roles whose names differ in case alone, whatever their paths.
  const actual = arns.find(arn => roleNameOf(arn).toLowerCase() === roleNameOf(roleArn).toLowerCase());
  return saidOf(subject, roleArn, actual, facts)
    .pieces(annotationEvidence(subject, roleArn, actual))
    .changing(
      'roles of the account',
      'iam:ListRoles',
      phrase('{count:role}, none with this ARN', { count: valueOr(facts.snapshot.roles, []).length }),
    )
    .explains([...explainsPodsOfAccount(subject, ['pod-role-stale']), explainsRuntime(subject, roleArn)])
    .fix(renameFix(subject, actual ?? roleMadeFor(subject, facts), rolesMeant(subject, roleArn, arns, facts)));
};

const saidOf = (subject: ServiceAccountSubject, roleArn: string, actual: string | undefined, facts: Facts) => {
  const role = roleNameOf(roleArn);
  const serviceAccount = nameOfAccount(subject);
  if (actual === undefined) return fail.missing({ role, serviceAccount, account: facts.snapshot.accountId });
  if (actual.toLowerCase() === roleArn.toLowerCase()) return fail.otherCase({ actual, serviceAccount });
  return roleNameOf(actual) === role
    ? fail.otherPath({ role, serviceAccount })
    : fail.otherPathAndCase({ actual, serviceAccount });
};

/** Roles that are called alike and trust the service account already: with another role nothing would work, and a grant by
 *  likeness would give somebody else's role away. */
const rolesMeant = (subject: ServiceAccountSubject, roleArn: string, arns: readonly string[], facts: Facts) =>
  askingOf(subject).flatMap(asking => near(roleArn, arns).filter(arn => trustDecision(arn, asking, facts) === 'allow'));

/** Names the role of the account that has the name, else lists candidates: of these a person takes one. */
const renameFix = (
  subject: ServiceAccountSubject,
  actual: string | undefined,
  candidates: readonly string[],
): FixDraft =>
  withAlternatives(
    actual === undefined ? nothingAlike : nameRole(subject, actual),
    candidates.filter(one => one !== actual).map(one => nameRole(subject, one)),
  );

const nothingAlike: FixDraft = {
  summary: 'Create the role with a trust policy for this service account alone, or name another role.',
  choice: 'Which role the service account is to have.',
};
