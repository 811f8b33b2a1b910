import { hasPodIdentity, hasWebIdentity, isRoleKey, noCredentials, type PodSubject } from '../../facts.ts';
import { roleArnKey } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures } from '../prelude.ts';
import {
  accountOfPods,
  annotatedRole,
  audienceOfPods,
  podEvidence,
  podsReadFrom,
  realPods,
  workloadOf,
} from './support/pod-view.ts';

const fail = failures({
  role: [
    'role on the pod',
    '{workload} has the annotation {key} on its pods, where the webhook ignores it: they have no role',
  ],
});

/** The webhook reads a role from service accounts alone. */
export const podAnnotationIgnored = defineRule({
  id: 'pod-annotation-ignored',
  kind: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'webhook-injection',
  title: 'Roles are annotated on service accounts, not on pods',
  fault: 'A role is annotated on a pod, where it is ignored',
  says: fail.says,
  needs: ['service-accounts', 'pods'],
  why: `The webhook reads ${roleArnKey} on service accounts alone: on a pod it has no effect, and the pod runs as its node’s role.`,
  fix: 'Annotate the service account of the pods and restart them.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §D.1'],
  check: subject => failOrPass(roleFailure(subject)),
});

/** A role on pods that have none otherwise; beside a role of their own it is only a leftover. */
const roleFailure = (subject: PodSubject): readonly Failure[] => {
  if (subject.serviceAccount === undefined || annotatedRole(subject) !== undefined) return [];
  const found = realPods(subject).filter(
    pod =>
      Object.keys(pod.annotations).some(isRoleKey) &&
      !hasWebIdentity(pod, audienceOfPods(subject)) &&
      !hasPodIdentity(pod),
  );
  const [key, role = ''] = Object.entries(found[0]?.annotations ?? {}).find(([name]) => isRoleKey(name)) ?? [];
  if (key === undefined) return [];
  return [
    fail
      .role({ workload: workloadOf(subject), key })
      .evidence(`annotation ${key}`, podsReadFrom(subject), role, phrase('on the service account'))
      .pieces(podEvidence(found, subject))
      .podError(noCredentials)
      .fix(
        `Write the role on service account ${accountOfPods(subject)}, then restart ${workloadOf(subject)}.`,
        `Whether all pods of ${accountOfPods(subject)} are to have the role: else give ${workloadOf(subject)} a service account of its own.`,
      ),
  ];
};
