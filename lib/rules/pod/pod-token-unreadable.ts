import { injectedParts } from '../../facts.ts';
import { firstWithReadableToken, minorOf, type Pod, type PodContainer } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, type FailureDraft, notApplicable, pass, unknown } from '../prelude.ts';
import { annotatedRole, containerNames, podEvidence, podsReadFrom, realPods, workloadOf } from './support/pod-view.ts';

/** A projected token is readable by root alone before Kubernetes 1.19, and later where its mode says so and containers differ in their user;
 *  unless fsGroup is set (docs/facts.md §C.3). */
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
    closed: [
      'token not readable',
      '{workload} cannot read its token in container {containers}: not root, no fsGroup, containers of several users, and mode {mode}',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'Up to Kubernetes 1.18 the token file belongs to root with mode 0600. A container that runs as another user gets “permission denied” instead of credentials. From 1.19 on the kubelet gives the file to the user of the pod, but only where all containers name one and the same user: else the mode of the volume holds, by default 0644; high where a volume of one’s own closes it.',
  fix: 'Set fsGroup in the pod’s security context, or move to Kubernetes 1.19 or later. Leave defaultMode of the token’s volume out.',
  references: [
    'https://github.com/aws/amazon-eks-pod-identity-webhook/issues/8',
    'https://github.com/kubernetes/kubernetes/pull/89193',
    'docs/facts.md §C.3',
  ],
  check: (subject, _facts, fail) => {
    if (annotatedRole(subject) === undefined) return notApplicable;
    const withUser = (user: User) =>
      realPods(subject).flatMap(pod =>
        pod.containers.filter(one => userOf(one, pod) === user).map(container => ({ pod, container })),
      );
    const [found, open] = [withUser('other'), withUser('of the image')];
    if (found.length + open.length === 0) return pass;
    const told = (draft: FailureDraft, those: typeof found) =>
      draft
        .evidence('securityContext.fsGroup', podsReadFrom(subject), phrase('not set'), phrase('a group'))
        .pieces(podEvidence([...new Set(those.map(one => one.pod))], subject))
        .podError('open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied')
        .fix(
          `Set securityContext.fsGroup in the template of ${workload}: 65534 is enough.`,
          'Which group is to own the pod’s volumes.',
        );
    const workload = workloadOf(subject);
    const namesOf = (those: typeof found) => containerNames(those.map(one => one.container));
    const closed = found.filter(({ pod, container }) => closedModeOf(container, pod) !== undefined);
    const [mode] = closed.map(({ pod, container }) => closedModeOf(container, pod));
    if (mode !== undefined)
      return told(fail.closed({ containers: namesOf(closed), workload, mode }).severity('high'), closed);
    const { version } = subject.kubernetes;
    const minor = version.status === 'complete' ? minorOf(version.value) : undefined;
    if (minor === undefined) return unknown('unread', 'the version of Kubernetes, which decides who may read a token');
    const isClosed = open.some(({ pod, container }) => closedModeOf(container, pod) !== undefined);
    if (minor >= firstWithReadableToken && !isClosed) return pass;
    if (found.length === 0 || minor >= firstWithReadableToken)
      return unknown('unread', 'the user that the image of a container sets: it is not looked at');
    return told(fail.unreadable({ containers: namesOf(found), workload, minor }), found);
  },
});

/** The mode of a token that root alone may read on every version: where all containers name one user, the kubelet gives it the file. */
const closedModeOf = (container: PodContainer, pod: Pod): string | undefined => {
  const users = new Set(pod.containers.map(one => one.runAsUser ?? pod.runAsUser));
  if (users.size === 1 && !users.has(undefined)) return undefined;
  return pod.volumes.find(({ name, mode }) => mode !== undefined && name in container.mounts)?.mode;
};

/** Who runs a container that has a token and no group of files: root reads it always, another user not on every version. */
type User = 'root' | 'other' | 'of the image';

/** Undefined where the user does not matter. `runAsNonRoot: false` lets the image decide, as nothing does. */
const userOf = (container: PodContainer, pod: Pod): User | undefined => {
  if (pod.fsGroup !== undefined || pod.isWindows || injectedParts(container) !== 'complete') return undefined;
  const user = container.runAsUser ?? pod.runAsUser;
  if (user !== undefined) return user === 0 ? 'root' : 'other';
  return (container.runAsNonRoot ?? pod.runAsNonRoot) ? 'other' : 'of the image';
};
