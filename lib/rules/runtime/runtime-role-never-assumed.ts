import { clustersOf, type Facts, podSubjectIds, type RuntimeSubject, roleOfContainer } from '../../facts.ts';
import { type Pod, type RuntimeFacts, readFailuresOf, roleNameOf, type Undecided, valueOr } from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  decideBy,
  defineRule,
  type Explained,
  eksGuide,
  type Failure,
  failed,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownFor,
  type Verdict,
} from '../prelude.ts';

const fail = failures({
  neverAssumed: [
    'never assumed',
    'running pods of service account {serviceAccounts} have role {role}, which was never assumed',
  ],
});

export const runtimeRoleNeverAssumed = defineRule({
  id: 'runtime-role-never-assumed',
  kind: 'runtime',
  impact: 'hygiene',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'Roles of running pods are used',
  fault: 'The role of running pods is never assumed',
  says: fail.says,
  needs: ['runtime', 'roles', 'role-detail'],
  why: 'Pods run with the role in their environment, and neither CloudTrail nor IAM has seen it used: the SDK is too old and acts as the node, other credentials take precedence, STS is not reached (network, certificates: such a call leaves no trace), or nothing calls AWS.',
  fix: 'Look at the log of the pod, at the SDK’s version and at other credentials in the pod. If nothing calls AWS, remove the role.',
  references: [eksGuide('iam-roles-for-service-accounts-minimum-sdk'), 'docs/facts.md §E.1, §0.9'],
  check: (subject, facts) =>
    decideBy(facts.snapshot.runtime, 'cloudtrail:LookupEvents', window => judge(subject, window, facts)),
});

const judge = (subject: RuntimeSubject, window: RuntimeFacts, facts: Facts): Verdict => {
  const { runtime, roles } = facts.snapshot;
  const placed = podsWithRole(subject.roleArn, window.from, facts);
  const pods = placed.map(({ pod }) => pod);
  const [first] = pods;
  if (subject.events.length > 0) return first ? pass : notApplicable;
  const open = first ? undefined : podsUnread(facts);
  if (open !== undefined) return unknownFor(open);
  if (!first) return notApplicable;
  const role = valueOr(roles, []).find(one => one.arn === subject.roleArn);
  const lastUse = `when ${subject.roleArn} was last used (iam:GetAccountAuthorizationDetails)`;
  if (role === undefined) return unknown('unread', lastUse);
  return decideBy(role.detail, lastUse, ({ lastUsedAt }) => {
    if (lastUsedAt !== undefined) return pass;
    // Created after the window began: IAM tells of a use some hours later.
    if (role.createdAt !== undefined && Date.parse(role.createdAt) > Date.parse(window.from)) return notApplicable;
    if (runtime.status === 'partial') return unknown('unread', 'some CloudTrail events of the window');
    return failed({ ...failureOf(subject, window, placed, facts), ...placeOfPods(pods, facts) });
  });
};

const failureOf = (
  subject: RuntimeSubject,
  window: RuntimeFacts,
  placed: readonly PlacedPod[],
  facts: Facts,
): Failure => {
  const pods = placed.map(({ pod }) => pod);
  return fail
    .neverAssumed({
      serviceAccounts: [...new Set(pods.map(serviceAccountOf))].sort(),
      role: roleNameOf(subject.roleArn),
    })
    .changing(
      'AssumeRoleWithWebIdentity calls',
      'cloudtrail:LookupEvents',
      phrase('none from {from} to {to}', { from: window.from, to: window.to }),
    )
    .evidence('last use', 'iam:GetAccountAuthorizationDetails', phrase('none in 400 days'))
    .changing(
      'running pods',
      'pods',
      phrase('{count}: {names}', { count: pods.length, names: pods.map(pod => pod.name) }),
    )
    .explains([{ ruleId: 'role-unused', subject: subject.roleArn }])
    .explainedBy(podsUnread(facts) === undefined ? otherCauses(placed) : [])
    .fix(
      'Look at the log of the pod first: explain names the cause of its error. With no error there, look at the SDK’s version, at keys or profiles in the pod, and at whether the application calls AWS at all.',
      'Whether the application needs the role. If it does not, remove the annotation and delete the role.',
    );
};

/** A pod, and the cluster in which it runs. */
interface PlacedPod {
  readonly clusterArn: string;
  readonly pod: Pod;
}

/** Findings that keep the pods from the role, where all pods are of one workload: another one, which may be unread, may have a cause
 *  of its own. */
const otherCauses = (placed: readonly PlacedPod[]): readonly Explained[] => {
  const subjects = new Set(placed.flatMap(({ clusterArn, pod }) => podSubjectIds(clusterArn, [pod])));
  const [only, ...others] = subjects;
  const [first] = placed;
  if (only === undefined || first === undefined || others.length > 0) return [];
  return [
    ...['pod-token-unreadable', 'pod-static-credentials', 'pod-egress-closed', 'pod-container-uncovered'].map(
      ruleId => ({ ruleId, subject: only }),
    ),
    { ruleId: 'cluster-sts-unreachable', subject: first.clusterArn },
  ];
};

/** The first reason why not all pods of the AWS account were read, though they were asked for. */
const podsUnread = ({ snapshot }: Facts): Undecided | undefined => {
  const insides = clustersOf(snapshot).map(({ kubernetes }) =>
    kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.pods,
  );
  const [gap] = [...snapshot.regions.map(({ clusters }) => clusters), ...insides]
    .flatMap(section => readFailuresOf(section))
    .filter(({ kind }) => kind !== 'not-asked-for');
  return gap && { kind: 'unread', missing: `all running pods: ${gap.operation}: ${gap.message}` };
};

/** Running pods of the AWS account that were given the role before an instant, as far as they were read. One that came later
 *  may not have called yet. */
const podsWithRole = (roleArn: string, before: string, { snapshot }: Facts): readonly PlacedPod[] =>
  clustersOf(snapshot).flatMap(({ cluster, kubernetes }) =>
    (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.pods, []))
      .filter(
        ({ phase, createdAt, containers }) =>
          phase === 'Running' &&
          createdAt !== undefined &&
          Date.parse(createdAt) < Date.parse(before) &&
          containers.some(container => roleOfContainer(container) === roleArn),
      )
      .map(pod => ({ clusterArn: cluster.arn, pod })),
  );

/** `<namespace>/<name>` of a pod's service account. */
const serviceAccountOf = ({ namespace, serviceAccount }: Pod): string => `${namespace}/${serviceAccount}`;

/** The service account of all these pods as the place of a finding. None where there are several, or may be: which one
 *  comes first depends on what was read, and a finding that moves to another service account is told as changed. */
const placeOfPods = (
  pods: readonly Pod[],
  facts: Facts,
): { readonly place?: { readonly namespace: string; readonly serviceAccount: string } } => {
  const [only, ...others] = new Map(pods.map(pod => [serviceAccountOf(pod), pod])).values();
  if (only === undefined || others.length > 0 || podsUnread(facts) !== undefined) return {};
  return { place: { namespace: only.namespace, serviceAccount: only.serviceAccount } };
};
