import {
  associationOf,
  associationsUnread,
  hasPodIdentity,
  injectedRoleOf,
  isEksCluster,
  isRoleKey,
  isWholeFormOfEks,
  type PodSubject,
} from '../../facts.ts';
import { annotate } from '../../fixes/kubernetes-steps.ts';
import { type FixDraft, type Pod, roleArnKey, roleNameOf, type ServiceAccount } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, notApplicable, pass, unknown, unknownKindOf } from '../prelude.ts';
import { accountOfPods, podEvidence, podsReadFrom, realPods, workloadOf } from './support/pod-view.ts';

/** Once its annotation is gone, a service account's running pods keep the role, and the next ones get none. */
export const podRoleUnannotated = defineRule({
  id: 'pod-role-unannotated',
  kind: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Service accounts name the role that their pods run with',
  fault: 'Pods run with a role that their service account does not name',
  says: {
    removed: [
      'annotation was removed',
      '{workload} runs with role {role}, which its service account {serviceAccount} no longer names',
    ],
    removedOrByHand: [
      'role not annotated',
      '{workload} runs with role {role}, which its service account {serviceAccount} does not name',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'The role is copied into a pod when it is created. If a tool removes the annotation, the running pods work until they are replaced: the next rollout, node update or crash takes the role away. Low where a template may set the same variables and volume by hand: then nothing is wrong.',
  fix: 'Write the annotation again, or restart the pods if they are to have no role.',
  references: [
    'https://github.com/eksctl-io/eksctl/issues/5368',
    'https://github.com/aws-controllers-k8s/community/issues/2567',
    'docs/facts.md §D.2, §D.3',
  ],
  check: (subject, _facts, fail) => {
    const { serviceAccount, cluster, snapshot } = subject;
    // Elsewhere a webhook may read another annotation, or a ConfigMap.
    if (serviceAccount === undefined || serviceAccount.annotations[roleArnKey] !== undefined || !isEksCluster(cluster))
      return notApplicable;
    // Of those service-account-annotation-mistyped tells the cause.
    if ([serviceAccount.annotations, serviceAccount.labels].some(keys => Object.keys(keys).some(isRoleKey)))
      return notApplicable;
    const left = realPods(subject).filter(pod => !hasPodIdentity(pod) && rolesOf(pod).length > 0);
    const [role] = left.flatMap(rolesOf);
    if (role === undefined) return pass;
    const { configuredRoles } = subject.kubernetes;
    if (configuredRoles?.status === 'unavailable')
      return unknown(unknownKindOf(configuredRoles.reason), 'the ConfigMap of the webhook, which may give the role');
    const { namespace, name } = serviceAccount;
    if (associationOf(snapshot, namespace, name)) return pass;
    const [gap] = associationsUnread(snapshot.podIdentity);
    if (gap) return unknown(unknownKindOf(gap), `whether ${namespace}/${name} has Pod Identity now: ${gap.message}`);
    const isProven = left.every(isWholeFormOfEks);
    return fail[isProven ? 'removed' : 'removedOrByHand']({
      workload: workloadOf(subject),
      role: roleNameOf(role),
      serviceAccount: accountOfPods(subject),
    })
      .severity(isProven ? undefined : 'low')
      .impact(isProven ? undefined : 'hygiene')
      .evidence('AWS_ROLE_ARN', podsReadFrom(subject), role)
      .evidence(`annotation ${roleArnKey}`, `serviceaccounts of cluster ${cluster.name}`, phrase('not found'))
      .pieces(podEvidence(left, subject))
      .place({ roleArn: role })
      .fix(fixOf(subject, serviceAccount, role));
  },
});

const rolesOf = (pod: Pod): readonly string[] => pod.containers.flatMap(container => injectedRoleOf(container) ?? []);

const fixOf = (subject: PodSubject, serviceAccount: ServiceAccount, role: string): FixDraft => ({
  summary: `Write the annotation again, if ${workloadOf(subject)} is to keep the role: new pods get none.`,
  steps: [annotate(subject.cluster, serviceAccount, roleArnKey, role)],
  choice:
    'Whether the pods are to keep the role: else restart them. Where their template sets the role by hand, nothing is to be done. Find out what removed the annotation, or it will be removed again.',
});
