import { injectedRoleOf, isRoleByHand, type PodSubject } from '../../facts.ts';
import { type FixDraft, type Pod, roleArnKey, roleNameOf } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, notApplicable, pass } from '../prelude.ts';
import {
  annotatedRole,
  byServiceAccount,
  podEvidence,
  podsReadFrom,
  realPods,
  restartFix,
  workloadOf,
} from './support/pod-view.ts';

/** A running pod's environment cannot change: it keeps the role that the annotation named when it was created. */
export const podRoleStale = defineRule({
  id: 'pod-role-stale',
  kind: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'webhook-injection',
  title: 'Pods have the role that the annotation names now',
  fault: 'Pods have another role than the annotation names',
  says: {
    stale: ['pods have an old role', '{workload} runs with role {old}, but its service account now names role {role}'],
    byHand: ['role set by hand', '{workload} sets role {old} itself, and its service account names role {role}'],
  },
  needs: ['service-accounts', 'pods'],
  why: 'The role is copied into a pod’s environment once. After the annotation is changed, running pods keep the old role until they are restarted, and break when it is deleted. Containers that set AWS_ROLE_ARN themselves are no sign of that: the webhook appends both variables after all others, or none.',
  fix: 'Restart the pods. Where their template sets AWS_ROLE_ARN itself, remove it there.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook/issues/28', 'docs/facts.md §D.2'],
  check: (subject, _facts, fail) => {
    const role = annotatedRole(subject);
    if (role === undefined) return notApplicable;
    const stale = realPods(subject).filter(pod => isStale(pod, role));
    if (stale.length === 0) return pass;
    const old = [...new Set(stale.flatMap(rolesOf))];
    const byHand = stale.every(
      pod => isYounger(pod, subject.serviceAccount?.annotatedAt) || pod.containers.some(isRoleByHand),
    );
    const isSameName = old.some(arn => roleNameOf(arn) === roleNameOf(role));
    const shown = (arn: string): string => (isSameName ? arn : roleNameOf(arn));
    return fail[byHand ? 'byHand' : 'stale']({ workload: workloadOf(subject), old: old.map(shown), role: shown(role) })
      .severity(byHand ? 'low' : undefined)
      .impact(byHand ? 'hygiene' : undefined)
      .evidence('AWS_ROLE_ARN', podsReadFrom(subject), phrase('{old}', { old }), role)
      .evidence(`annotation ${roleArnKey}`, `serviceaccounts of cluster ${subject.cluster.name}`, role)
      .pieces(podEvidence(stale, subject))
      .place({ roleArn: role })
      .explainedBy(byServiceAccount(subject, ['service-account-role-arn-malformed']))
      .fix(byHand ? handFix(subject) : restartFix(stale, subject));
  },
});

const rolesOf = (pod: Pod): readonly string[] => pod.containers.flatMap(container => injectedRoleOf(container) ?? []);

/** Not stale if some container has the present role: the webhook knew it then, and another was set by hand. */
const isStale = (pod: Pod, role: string): boolean => {
  const roles = rolesOf(pod);
  return roles.length > 0 && !roles.includes(role);
};

/** How long the webhook may take to hear of an annotation, with a wide margin: it watches service accounts. */
const heardWithinMs = 10 * 60_000;

/** The annotation was there when the pod was created: the pod's role does not come from an older value of it. */
const isYounger = ({ createdAt }: Pod, annotatedAt: string | undefined): boolean =>
  Date.parse(createdAt ?? '') - Date.parse(annotatedAt ?? '') > heardWithinMs;

const handFix = (subject: PodSubject): FixDraft => ({
  summary: `Remove AWS_ROLE_ARN from the template of ${workloadOf(subject)}, or name its role in the annotation.`,
  choice: 'Which of the two roles it is to have: the webhook does not change a variable that the template sets.',
});
