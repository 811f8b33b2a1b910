import { type Facts, type RoleArnFault, roleArnFault, roleArnFaults, type ServiceAccountSubject } from '../../facts.ts';
import { type FixDraft, roleArnKey } from '../../model.ts';
import { given, optionWord } from '../../text.ts';
import { defineRule, failed, iamGuide, notApplicable, pass } from '../prelude.ts';
import {
  annotateStep,
  annotationEvidence,
  dormancyIn,
  explainsPodsOfAccount,
  explainsRuntime,
  nameOfAccount,
  partitionOfCluster,
  roleOfName,
  unlessDormant,
} from './support/service-account-view.ts';
import { withRestarts } from './support/with-restarts.ts';

const says = Object.fromEntries(
  Object.entries(roleArnFaults).map(([id, text]) => [
    id,
    [
      'invalid role ARN',
      `role annotation of service account {serviceAccount} is not a valid role ARN: ${text}`,
    ] as const,
  ]),
);

/** The webhook injects whatever the annotation holds: only STS says that it is not a role. */
export const serviceAccountRoleArnMalformed = defineRule({
  id: 'service-account-role-arn-malformed',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-arn-format',
  title: 'Role annotations hold valid role ARNs',
  fault: 'The role annotation holds an invalid role ARN',
  says,
  needs: ['service-accounts'],
  why: 'The webhook copies the annotation into AWS_ROLE_ARN as it is. With an invalid ARN the pod starts, and every call for credentials fails with a validation error that does not name the annotation.',
  fix: 'Set the annotation to the role’s ARN as IAM shows it, with its path: arn:<partition>:iam::<12 digits>:role/<path><name>.',
  references: [
    'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors',
    iamGuide('reference_identifiers#identifiers-arns'),
    'docs/facts.md §D.1, §C.2',
  ],
  check: (subject, facts) => {
    if (subject.roleArn === undefined || dormancyIn(subject) === true) return notApplicable;
    const fault = roleArnFault(subject.roleArn, partitionOfCluster(subject));
    if (!fault) return pass;
    const podError = podErrorOf(subject.roleArn);
    const corrected = fault.corrected ?? roleOfSession(fault, subject, facts);
    return unlessDormant(
      subject,
      failed({
        messageId: fault.id,
        data: { serviceAccount: nameOfAccount(subject), ...fault.data },
        // The webhook takes an empty one as none (docs/facts.md §D.1): charts leave it where nothing is set.
        ...(subject.roleArn === '' ? { severity: 'low', impact: 'hygiene' } : {}),
        evidence: [annotationEvidence(subject, subject.roleArn, corrected)],
        ...given({ podError }),
        fix: fixOf(subject, fault, corrected),
        explains: [
          ...explainsPodsOfAccount(subject, ['pod-not-injected', 'pod-role-stale']),
          explainsRuntime(subject, subject.roleArn),
        ],
      }),
    );
  },
});

/** Names of roles are unique in an account, whatever their path: where the role was read, it is the one of the session. */
const roleOfSession = ({ id, data }: RoleArnFault, { roleArn = '' }: ServiceAccountSubject, facts: Facts) =>
  id === 'session' && roleArn.split(':')[4] === facts.snapshot.accountId
    ? roleOfName(String(data.roleName), facts)
    : undefined;

/** The answer of STS (docs/facts.md §C.2); an empty annotation is never injected, so nothing is logged. */
const podErrorOf = (text: string): string | undefined => {
  if (text === '') return undefined;
  return text.length < 20
    ? `ValidationError: 1 validation error detected: Value '${text}' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`
    : 'ValidationError: Request ARN is invalid';
};

const fixOf = (subject: ServiceAccountSubject, { id, data }: RoleArnFault, corrected: string | undefined): FixDraft => {
  const summary = `Set the annotation of service account ${nameOfAccount(subject)} to the role’s ARN, then restart its pods.`;
  if (corrected !== undefined)
    return withRestarts(subject, { summary, steps: [annotateStep(subject, roleArnKey, corrected)] });
  const query =
    id === 'session'
      ? `aws iam get-role ${optionWord('--role-name', String(data.roleName))} --query Role.Arn`
      : "aws iam list-roles --query 'Roles[].Arn'";
  return { summary, choice: `Which role the service account is to have. To look it up: ${query}` };
};
