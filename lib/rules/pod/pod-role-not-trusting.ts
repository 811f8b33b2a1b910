import {
  doubtOf,
  type Facts,
  injectedParts,
  isRoleArn,
  notAuthorized,
  type PodSubject,
  providerAudiences,
  roleOfContainer,
  tokenAudienceOf,
} from '../../facts.ts';
import { type Pod, parseArn, roleNameOf, type Undecided } from '../../model.ts';
import { defineRule, type Failure, type FailureDraft, failOrPass, failures, notApplicable } from '../prelude.ts';
import {
  accountOfPods,
  annotatedRole,
  podEvidence,
  podsReadFrom,
  realPods,
  roleQuestion,
  workloadOf,
} from './support/pod-view.ts';

const fail = failures({
  refused: [
    'role in pod does not trust',
    '{workload} names role {role} itself, which does not trust its service account {serviceAccount}',
  ],
  missing: ['role in pod not found', '{workload} names role {role} itself, which does not exist in account {account}'],
});

/** A role in the template is not seen on the service account: nobody else asks whether it trusts it. */
export const podRoleNotTrusting = defineRule({
  id: 'pod-role-not-trusting',
  kind: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Roles in pods trust their service account',
  fault: 'The role in pods does not trust their service account',
  says: fail.says,
  needs: ['service-accounts', 'pods', 'roles'],
  why: 'A pod whose template sets AWS_ROLE_ARN and the token file, or that kept them from an older annotation, asks for that role and not for the annotated one. If the role does not trust its service account, STS refuses the token.',
  fix: 'Remove the variables from the template and annotate the service account, or let the role trust it.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §A.1, §D.2'],
  check: (subject, facts) => {
    const asked = askedRoles(subject);
    if (asked.length === 0 || subject.serviceAccount === undefined) return notApplicable;
    const answers = asked.map(one => answerOf(subject, one, facts));
    return failOrPass(
      answers.flatMap(answer => (answer && 'evidence' in answer ? [answer] : [])),
      answers.flatMap(answer => (answer && 'kind' in answer ? [answer] : []))[0],
    );
  },
});

const answerOf = (
  subject: PodSubject,
  { role, audience, pods }: AskedRole,
  facts: Facts,
): Failure | Undecided | undefined => {
  const account = parseArn(role)?.accountId;
  const names = { workload: workloadOf(subject), role: roleNameOf(role) };
  const refused = fail.refused({ ...names, serviceAccount: accountOfPods(subject) }).podError(notAuthorized);
  const question = roleQuestion(subject, role, facts);
  if (question.status === 'unknown') return question.missing;
  if (question.status === 'n/a')
    return account === facts.snapshot.accountId
      ? failureOf(fail.missing({ ...names, account }), subject, role, pods)
      : undefined;
  if (question.status === 'no-oidc-trust') return failureOf(refused, subject, role, pods);
  if (audience === undefined)
    return { kind: 'unread', missing: `which token ${workloadOf(subject)} reads for ${role}` };
  const decision = question.ask(audience);
  const isRefused = providerAudiences(role, question.issuer, facts)?.includes(audience) === false;
  if (decision.decision === 'unknown') return isRefused ? undefined : doubtOf(decision);
  if (decision.decision !== 'deny') return undefined;
  const failure = failureOf(refused, subject, role, pods);
  // STS refuses the audience before it looks at the trust policy.
  const tellAudience = ['pod-container-uncovered', 'pod-audience-stale'].map(ruleId => ({
    ruleId,
    subject: subject.id,
  }));
  return isRefused ? { ...failure, explainedBy: [...(failure.explainedBy ?? []), ...tellAudience] } : failure;
};

const failureOf = (said: FailureDraft, subject: PodSubject, role: string, pods: readonly Pod[]): Failure =>
  said
    .discriminator(role)
    .evidence('AWS_ROLE_ARN', podsReadFrom(subject), role)
    .pieces(podEvidence(pods, subject))
    .place({ roleArn: role })
    .explainedBy([{ ruleId: 'pod-role-stale', subject: subject.id }])
    .fix(
      `Name the right role for ${workloadOf(subject)}: on its service account, and not in the template.`,
      'Which role the pods are to have. Where they only kept it from an older annotation, restart them.',
    );

/** A role that containers ask for by web identity, beside the annotated one. */
interface AskedRole {
  readonly role: string;
  /** The audience of their tokens; undefined where it is not known which token they read. */
  readonly audience: string | undefined;
  readonly pods: readonly Pod[];
}

/** Every role other than the annotated one, once for each audience. */
const askedRoles = (subject: PodSubject): readonly AskedRole[] => {
  const annotated = annotatedRole(subject);
  const asked = realPods(subject).flatMap(pod =>
    pod.containers.flatMap(container => {
      const role = roleOfContainer(container);
      const isOther = role !== undefined && role !== annotated && isRoleArn(role);
      return isOther && injectedParts(container) === 'complete'
        ? [{ pod, role, audience: tokenAudienceOf(container, pod) }]
        : [];
    }),
  );
  return [...Map.groupBy(asked, ({ role, audience }) => JSON.stringify([role, audience])).values()].flatMap(group =>
    group
      .slice(0, 1)
      .map(({ role, audience }) => ({ role, audience, pods: [...new Set(group.map(({ pod }) => pod))] })),
  );
};
