import { coverageOf } from '../../facts/pod-injection.ts';
import { complete } from '../../model/collected.ts';
import type { Pod, PodContainer } from '../../model/kubernetes.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aPod, aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { annotatedRole, containerNames, countOf, podEvidence, realPods } from './support/pod-view.ts';

/** Before Kubernetes 1.19 a projected token is readable by root alone, unless fsGroup is set. */
export const podTokenUnreadable = defineRule({
  id: 'pod-token-unreadable',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'webhook-injection',
  title: 'Containers can read their token',
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'Up to Kubernetes 1.18 the token file belongs to root with mode 0600. A container that runs as another user gets “permission denied” where it should get credentials.',
    fix: 'Set fsGroup in the pod’s security context, or move to Kubernetes 1.19 or later.',
    references: [
      'https://github.com/aws/amazon-eks-pod-identity-webhook/issues/8',
      'https://github.com/kubernetes/kubernetes/pull/89193',
      'docs/facts.md §C.3',
    ],
  },
  check: subject => {
    if (annotatedRole(subject) === undefined) return notApplicable;
    const found = realPods(subject).flatMap(pod =>
      pod.containers.filter(container => isShutOut(container, pod)).map(container => ({ pod, container })),
    );
    if (found.length === 0) return pass;
    const { version } = subject.kubernetes;
    const minor = version.status === 'complete' ? minorOf(version.value) : undefined;
    if (minor === undefined) return unknown('unread', 'the version of Kubernetes, which decides who may read a token');
    if (minor >= firstReadable) return pass;
    const pods = [...new Set(found.map(one => one.pod))];
    const names = containerNames(found.map(one => one.container));
    return fail({
      message: `${countOf(pods, subject)}: container ${names} does not run as root and cannot read its token on Kubernetes 1.${minor}`,
      evidence: [
        { what: 'fsGroup', got: '(not set)', wanted: 'a group', readFrom: `pods of cluster ${subject.cluster.name}` },
        podEvidence(pods, subject, 'pods'),
      ],
      podError: 'open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
      fix: {
        summary: `Set securityContext.fsGroup in the template of ${subject.ownerKind} ${subject.ownerName}: 65534 will do.`,
        commands: [],
        choice: 'Which group the pod’s volumes are to have.',
      },
    });
  },
  examples: {
    pass: { title: 'a current version', facts: () => onVersion('v1.34.9') },
    fail: { title: 'Kubernetes 1.18', facts: () => onVersion('v1.18.20-eks-8c579e') },
    unknown: { title: 'the version was not read', facts: () => onVersion(undefined) },
  },
});

/** The first minor version in which the kubelet lets the container's own user read the token. */
const firstReadable = 19;

const minorOf = (version: string): number | undefined => {
  const match = /^v?1\.(\d+)/.exec(version);
  return match ? Number(match[1]) : undefined;
};

const isShutOut = (container: PodContainer, pod: Pod): boolean => {
  const user = container.runAsUser ?? pod.runAsUser;
  const notRoot = user === undefined ? (container.runAsNonRoot ?? pod.runAsNonRoot ?? false) : user !== 0;
  return notRoot && pod.fsGroup === undefined && !pod.isWindows && coverageOf(container) === 'complete';
};

const onVersion = (version: string | undefined) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        pods: complete([aPod({ runAsUser: 1000 })]),
        version: version
          ? complete(version)
          : { status: 'unavailable', reason: { kind: 'timed-out', operation: 'get /version', message: 'no answer' } },
      }),
    ]),
  });
