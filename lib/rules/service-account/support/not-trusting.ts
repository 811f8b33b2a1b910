/** What a role that does not trust its service account is reported as. */
import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import type { Question } from '../../../facts/trust-question.ts';
import { parseArn, roleNameOf, stripScheme } from '../../../model/arn.ts';
import type { Failure } from '../../failure.ts';
import { failures } from '../../failure.ts';
import { grantFix } from './grant-fix.ts';
import { causesOfDenial, causesOnRole, refusalOf } from './refusal.ts';
import { annotationEvidence, audienceOf, explainsRuntime, nameOf, tokenSubject } from './service-account-view.ts';

const fail = failures({
  missingOrNoOidc: [
    'missing, or not for OIDC',
    'role {role} of account {account}, named by service account {serviceAccount}, is missing or trusts no OIDC provider',
  ],
  elsewhere: ['not trusted', 'role {role} of account {account} does not trust service account {serviceAccount}'],
  denied: [
    'denied by a statement',
    'role {role} does not trust service account {serviceAccount}: {statement} denies it',
  ],
  noStatement: [
    'nothing is allowed',
    'role {role} does not trust service account {serviceAccount}: its policy allows nothing',
  ],
  otherPrincipal: [
    'trusts another principal',
    'role {role} does not trust service account {serviceAccount}: {statement} trusts another principal',
  ],
  otherAction: [
    'web identity not allowed',
    'role {role} does not trust service account {serviceAccount}: {statement} does not allow sts:AssumeRoleWithWebIdentity',
  ],
  keyAbsent: [
    'condition key in no token',
    'role {role} does not trust service account {serviceAccount}: tokens lack the key of {condition} in {statement}',
  ],
  conditionFails: [
    'condition mismatch',
    'role {role} does not trust service account {serviceAccount}: {condition} in {statement} does not match',
  ],
});

/** The texts by message id. */
export const notTrustingSays = fail.says;

type Ready = Extract<Question, { status: 'ready' }>;

const podError = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

/** A role that was read and refuses its service account. */
export const notTrusting = (subject: ServiceAccountSubject, question: Ready, accountId: string): Failure => {
  const audience = audienceOf(subject);
  const { roleArn } = question;
  const decision = question.ask(audience);
  const { said, evidence, denied, deniedByClock, nearest } = refusalOf(decision, `trust policy of ${roleArn}`);
  const [role, serviceAccount, owner = ''] = [roleNameOf(roleArn), nameOf(subject), parseArn(roleArn)?.accountId];
  const isOwn = owner === accountId;
  const { id, ...data } = said;
  return {
    ...(isOwn
      ? { messageId: id, data: { role, serviceAccount, ...data } }
      : fail.elsewhere({ role, serviceAccount, account: owner }).message),
    // The policy of another account's role is that account's to show.
    evidence: [annotationEvidence(subject, roleArn), ...(isOwn ? evidence : [])],
    podError,
    fix: grantFix(question, { audience, denied, accountId }),
    explains: [explainsRuntime(subject, roleArn)],
    explainedBy: denied
      ? deniedByClock
        ? [{ ruleId: 'trust-condition-expired', subject: roleArn }]
        : causesOfDenial(roleArn, decision)
      : causesOnRole(roleArn, nearest, {
          subject: tokenSubject(subject),
          issuer: stripScheme(question.issuer),
          clusterArn: subject.cluster.arn,
        }),
  };
};

/** A role of another account, which has no role of this ARN that trusts an OIDC provider. */
export const noOidcTrust = (subject: ServiceAccountSubject, roleArn: string): Failure => {
  const [role, account = ''] = [roleNameOf(roleArn), parseArn(roleArn)?.accountId];
  return {
    ...fail.missingOrNoOidc({ role, account, serviceAccount: nameOf(subject) }).message,
    evidence: [annotationEvidence(subject, roleArn)],
    fix: {
      summary: `Ask the owner of account ${account} to create the role with a trust policy for this service account, or name another role.`,
      steps: [],
      choice: 'Which role the service account is to have.',
    },
    explains: [explainsRuntime(subject, roleArn)],
  };
};
