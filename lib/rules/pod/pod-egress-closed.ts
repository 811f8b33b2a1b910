import {
  closedByPolicies,
  type EgressNeed,
  type Facts,
  groupsOfPod,
  meshContainers,
  narrowWayToSts,
  type PodSubject,
} from '../../facts.ts';
import { type Pod, type PodNetwork, type RuntimeFacts, valueOr } from '../../model.ts';
import { subjectOf } from '../../policy.ts';
import { listed, phrase } from '../../text.ts';
import { defineRule, eksGuide, notApplicable, pass, unknown, unknownKindOf, type Verdict } from '../prelude.ts';
import { podEvidence, podsReadFrom, realPods, workloadOf } from './support/pod-view.ts';

/** A pod that cannot ask for credentials has none, whatever its role (docs/facts.md §K.3). */
export const podEgressClosed = defineRule({
  id: 'pod-egress-closed',
  kind: 'pod',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'webhook-injection',
  title: 'Pods with a role can ask for its credentials',
  fault: 'Policies keep pods from DNS, STS or the Pod Identity agent',
  says: {
    policies: ['network policy closes STS', '{workload} cannot reach {ways}: no way is left by {policies}'],
    groups: [
      'security group closes STS',
      '{workload} cannot reach STS: the security groups {groups} of SecurityGroupPolicy {policy} have no rule out for port 443',
    ],
  },
  needs: ['pods', 'pod-network'],
  why: 'With IRSA an SDK resolves the name of STS and sends the token there; with EKS Pod Identity it asks the agent at 169.254.170.23. A NetworkPolicy that restricts egress, or a security group of the pod, that leaves none of these ways makes the SDK wait until it gives up. Decided with scan --network, from NetworkPolicies where the VPC CNI enforces them, and from SecurityGroupPolicies where a pod has an interface of its own. A pod with a proxy or the sidecar of a mesh is left undecided, and one whose service account got credentials is healthy.',
  fix: 'Allow egress to port 53 (UDP and TCP) of the DNS of the cluster, to port 443 for STS, and with EKS Pod Identity to 169.254.170.23 port 80.',
  references: [
    'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
    eksGuide('cni-network-policy'),
    eksGuide('security-groups-for-pods'),
    'docs/facts.md §K.3',
  ],
  check: (subject, facts, fail) => {
    const pods = realPods(subject).filter(pod => !pod.hostNetwork && waysOf(pod).length > 0);
    if (pods.length === 0) return notApplicable;
    const read = subject.kubernetes.podNetwork;
    if (read === undefined || read.status === 'unavailable')
      return unknown(read === undefined ? 'not-asked-for' : unknownKindOf(read.reason), 'the network policies of pods');
    if (isCalled(subject, facts)) return pass;
    const closed = pods.flatMap(pod => closedOf(pod, subject, read.value));
    const undecided = pods.find(pod => isOpenToDoubt(pod, subject, read.value));
    const [first] = closed;
    if (first === undefined && undecided !== undefined)
      return unknown(
        'ambiguous',
        `the way of pod ${undecided.name} out of the cluster: ${doubtOf(undecided, subject)}`,
      );
    if (first === undefined) return narrowOf(pods, subject, read.value);
    const workload = workloadOf(subject);
    const draft =
      first.by === 'policies'
        ? fail.policies({ workload, ways: first.ways, policies: first.policies })
        : fail.groups({ workload, groups: first.groups, policy: first.policy });
    return draft
      .evidence(
        'egress',
        podsReadFrom(subject),
        phrase('no rule for {ways}', { ways: first.ways }),
        phrase('a rule for each'),
      )
      .pieces(
        podEvidence(
          closed.map(({ pod }) => pod),
          subject,
        ),
      )
      .podError(
        first.ways.every(way => way === 'the Pod Identity agent')
          ? 'Get "http://169.254.170.23/v1/credentials": dial tcp 169.254.170.23:80: i/o timeout'
          : 'Post "https://sts.<region>.amazonaws.com/": dial tcp: i/o timeout',
      )
      .fix(
        `Allow the way in a policy that selects the pods of ${workload}.`,
        'Whether a policy of a kind that is not read (CiliumNetworkPolicy, ClusterNetworkPolicy) lets it through.',
      );
  },
});

/** The policies that close the way of one pod. */
type Closed = { readonly pod: Pod; readonly ways: readonly EgressNeed[] } & (
  | { readonly by: 'policies'; readonly policies: readonly string[] }
  | { readonly by: 'groups'; readonly groups: readonly string[]; readonly policy: string }
);

const closedOf = (pod: Pod, subject: PodSubject, network: PodNetwork): readonly Closed[] => {
  if (pod.onFargate || hasOtherWay(pod)) return [];
  const { ways, policies } = closedByPolicies(pod, waysOf(pod), network);
  if (ways.length > 0 && isEnforced(subject)) return [{ by: 'policies', pod, ways, policies }];
  const groups = groupsOfPod(pod, network, aroundOf(subject));
  return groups.kind === 'closed' && waysOf(pod).includes('STS')
    ? [
        {
          by: 'groups',
          pod,
          ways: ['STS'],
          groups: groups.policy.groupIds,
          policy: `${groups.policy.namespace}/${groups.policy.name}`,
        },
      ]
    : [];
};

/** Port 443 is open to some addresses: whether those of STS are among them is not known. */
const narrowOf = (pods: readonly Pod[], subject: PodSubject, network: PodNetwork): Verdict => {
  const [narrow] = pods
    .filter(pod => waysOf(pod).includes('STS') && !pod.onFargate && !hasOtherWay(pod))
    .flatMap(pod => narrowWayToSts(pod, network, aroundOf(subject)) ?? []);
  return narrow === undefined
    ? pass
    : unknown(
        'ambiguous',
        `whether STS is reached: ${listed(narrow.policies, 2)} allows port 443 to ${listed(narrow.blocks, 3)} alone`,
      );
};

/** Something restricts the pod, and it cannot be said whether it closes the way. */
const isOpenToDoubt = (pod: Pod, subject: PodSubject, network: PodNetwork): boolean =>
  closedByPolicies(pod, waysOf(pod), network).ways.length > 0 ||
  (waysOf(pod).includes('STS') && groupsOfPod(pod, network, aroundOf(subject)).kind !== 'open');

/** Why what restricts a pod may not. */
const doubtOf = (pod: Pod, subject: PodSubject): string => {
  if (pod.onFargate) return 'it is on Fargate';
  if (hasOtherWay(pod)) return 'it may have a proxy, or a mesh leads its traffic';
  return isEnforced(subject)
    ? 'which security groups it has is not known'
    : 'no agent of the VPC CNI was seen that enforces network policies, and another plugin may';
};

const aroundOf = ({ snapshot }: PodSubject) =>
  snapshot.network === undefined ? undefined : valueOr(snapshot.network, undefined);

/** The ways that the variables of the pod's containers ask for. */
const waysOf = ({ containers }: Pod): readonly EgressNeed[] => {
  const has = (name: string): boolean => containers.some(({ irsaEnvironment }) => irsaEnvironment[name] !== undefined);
  return [
    ...(has('AWS_WEB_IDENTITY_TOKEN_FILE') ? (['DNS', 'STS'] as const) : []),
    ...(has('AWS_CONTAINER_CREDENTIALS_FULL_URI') ? (['the Pod Identity agent'] as const) : []),
  ];
};

/** A proxy, or a mesh that may lead traffic through a gateway of its own. */
const hasOtherWay = ({ containers }: Pod): boolean =>
  containers.some(({ name, hasProxy, hasEnvFrom }) => hasProxy || hasEnvFrom || meshContainers.has(name));

/** Kubernetes enforces no NetworkPolicy by itself: the agent of the VPC CNI runs with it switched on. */
const isEnforced = ({ kubernetes }: PodSubject): boolean =>
  valueOr(kubernetes.pods, []).some(({ enforcesPolicies }) => enforcesPolicies);

/** The service account got credentials in the window of CloudTrail. */
const isCalled = ({ pods: [pod] }: PodSubject, { snapshot }: Facts): boolean =>
  (valueOr<RuntimeFacts | undefined>(snapshot.runtime, undefined)?.events ?? []).some(
    ({ subject, successes }) => successes > 0 && subject === subjectOf(pod.namespace, pod.serviceAccount),
  );
