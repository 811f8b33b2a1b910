import { injectedParts } from '../../facts/pod-injection.ts';
import type { Pod, PodContainer } from '../../model/kubernetes.ts';
import { firstWithReadableToken, minorOf } from '../../model/kubernetes-version.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass, unknown } from '../define-rule.ts';
import { annotatedRole, containerNames, podEvidence, podsReadFrom, realPods, workloadOf } from './support/pod-view.ts';

/** Before Kubernetes 1.19 a projected token is readable by root alone, unless fsGroup is set. */
export const podTokenUnreadable = defineRule({
  id: 'pod-token-unreadable',
  kind: 'pod',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'webhook-injection',
  title: 'Containers can read their token',
  fault: 'A container cannot read its token',
  says: {
    unreadable: [
      'token not readable',
      '{workload} cannot read its token in container {containers}: not root, no fsGroup, Kubernetes 1.{minor}',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'Up to Kubernetes 1.18 the token file belongs to root with mode 0600. A container that runs as another user gets “permission denied” instead of credentials.',
  fix: 'Set fsGroup in the pod’s security context, or move to Kubernetes 1.19 or later.',
  references: [
    'https://github.com/aws/amazon-eks-pod-identity-webhook/issues/8',
    'https://github.com/kubernetes/kubernetes/pull/89193',
    'docs/facts.md §C.3',
  ],
  check: (subject, _facts, fail) => {
    if (annotatedRole(subject) === undefined) return notApplicable;
    const found = realPods(subject).flatMap(pod =>
      pod.containers.filter(container => cannotRead(container, pod)).map(container => ({ pod, container })),
    );
    if (found.length === 0) return pass;
    const { version } = subject.kubernetes;
    const minor = version.status === 'complete' ? minorOf(version.value) : undefined;
    if (minor === undefined) return unknown('unread', 'the version of Kubernetes, which decides who may read a token');
    if (minor >= firstWithReadableToken) return pass;
    const pods = [...new Set(found.map(one => one.pod))];
    const containers = containerNames(found.map(one => one.container));
    return fail
      .unreadable({ containers, workload: workloadOf(subject), minor })
      .evidence('securityContext.fsGroup', podsReadFrom(subject), phrase('not set'), phrase('a group'))
      .pieces(podEvidence(pods, subject))
      .podError('open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied')
      .fix(
        `Set securityContext.fsGroup in the template of ${workloadOf(subject)}: 65534 is enough.`,
        'Which group is to own the pod’s volumes.',
      );
  },
});

const cannotRead = (container: PodContainer, pod: Pod): boolean => {
  const user = container.runAsUser ?? pod.runAsUser;
  const notRoot = user === undefined ? (container.runAsNonRoot ?? pod.runAsNonRoot ?? false) : user !== 0;
  return notRoot && pod.fsGroup === undefined && !pod.isWindows && injectedParts(container) === 'complete';
};
