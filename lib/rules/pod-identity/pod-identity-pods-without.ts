import {
  type AssociationSubject,
  byItsChart,
  hasOtherCredentials,
  hasPodIdentity,
  heardWithinMs,
  podsElsewhere,
  podsOfServiceAccount,
  serviceAccountNamed,
} from '../../facts.ts';
import { restartPods } from '../../fixes/kubernetes-steps.ts';
import {
  type FixDraft,
  type KubernetesFacts,
  ownerOrPod,
  type Pod,
  type PodOwner,
  readFailuresOf,
  roleArnKey,
  skipWebhookLabel,
  valueOr,
} from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures, notApplicable, unknownKindOf } from '../prelude.ts';
import { accountOfAssociation } from './support/association-view.ts';

const fail = failures({
  older: [
    'pods older than it',
    '{workload} is older than the Pod Identity association of {serviceAccount}: it has no role until it restarts',
  ],
  together: [
    'pods came too early',
    '{workload} was created together with the Pod Identity association of {serviceAccount}, which the webhook had not heard of: it has no role until it restarts',
  ],
  newer: [
    'pods were missed',
    '{workload} is newer than the Pod Identity association of {serviceAccount} and has no role: the webhook did not give it one',
  ],
  fargate: [
    'not on Fargate',
    '{workload} runs on Fargate and cannot have the role of the Pod Identity association of {serviceAccount}',
  ],
  elsewhere: [
    'runs as another account',
    '{workload} runs as another service account than {serviceAccount}, whose Pod Identity association has no pods',
  ],
  windows: [
    'not on Windows',
    '{workload} runs on Windows and cannot have the role of the Pod Identity association of {serviceAccount}',
  ],
});

/** Pods get Pod Identity when they are created, and on Linux nodes of EC2 alone (docs/facts.md §H.3). */
export const podIdentityPodsWithout = defineRule({
  id: 'pod-identity-pods-without',
  kind: 'association',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'webhook-injection',
  title: 'Pods of Pod Identity associations can have their role',
  fault: 'Pods of a Pod Identity association have no role',
  says: fail.says,
  needs: ['pods'],
  why: 'EKS adds Pod Identity to new pods: older ones run without the role, and so do pods that were created within minutes of the association, or while the webhook failed. On Fargate and on Windows there is no agent to ask, so that pods there get nothing, or the role of their node. Low where the service account has no pods, and a workload of its name or release runs as another one without a role.',
  fix: 'Restart pods that came too early, or were missed. Give pods on Fargate or Windows a service account with a role by IRSA.',
  references: [eksGuide('pod-identities#pod-id-restrictions'), 'docs/facts.md §H.3'],
  check: subject => {
    const { kubernetes } = subject.snapshot;
    if (kubernetes.status === 'unavailable') return notApplicable;
    const { groups, undated } = podsWithout(subject, kubernetes.value);
    const [gap] = readFailuresOf(kubernetes.value.pods);
    const failures = groups.map(group => failureOf(subject, group));
    if (gap)
      return failOrPass(failures, {
        kind: unknownKindOf(gap),
        missing: `some pods (${gap.operation}: ${gap.message})`,
      });
    const when = `when the association ${subject.association.id} was created`;
    return failOrPass(failures, undated ? { kind: 'unread', missing: when } : undefined);
  },
});

const failureOf = (subject: AssociationSubject, { why, owner, pods }: PodsWithout): Failure => {
  const { cluster, association } = subject;
  const names = pods.map(({ name }) => name);
  const workload = `${owner.kind === 'Pod' ? 'pod' : owner.kind} ${association.namespace}/${owner.name}`;
  return fail[why]({ workload, serviceAccount: accountOfAssociation(subject) })
    .discriminator(`${owner.kind}/${owner.name}`)
    .changing('pods', `pods of cluster ${cluster.name}`, phrase('{count:pod}: {names}', { count: names.length, names }))
    .evidence(
      `association ${association.id}`,
      'eks:DescribePodIdentityAssociation',
      association.createdAt ?? association.id,
    )
    .severity(why === 'elsewhere' ? ('low' as const) : undefined)
    .fix(
      why === 'elsewhere'
        ? otherTemplate(association.serviceAccount, owner)
        : why === 'fargate' || why === 'windows'
          ? otherWay
          : restartFix(subject, { why, owner, pods }),
    );
};

const otherTemplate = (serviceAccount: string, { kind, name }: PodOwner): FixDraft => ({
  summary: `Set serviceAccountName: ${serviceAccount} in the template of ${kind} ${name}.`,
  steps: [],
  choice: `Whether this workload is to have the role. ${byItsChart}`,
});

const restartFix = (
  { cluster, association: { namespace } }: AssociationSubject,
  { owner, pods }: PodsWithout,
): FixDraft => ({
  summary: `Restart the pods of ${owner.kind} ${namespace}/${owner.name}: EKS adds Pod Identity to new pods alone.`,
  ...restartPods({ cluster, namespace }, { ...owner, pods }),
});

const otherWay: FixDraft = {
  summary: 'Give these pods a service account of their own with a role by IRSA, or run them on Linux nodes of EC2.',
  choice: 'Whether these pods call AWS at all, and by which way they are to have a role.',
};

/** Pods of one owner that do not have the role of their association, and why. */
interface PodsWithout {
  readonly why: 'older' | 'together' | 'newer' | 'fargate' | 'windows' | 'elsewhere';
  readonly owner: PodOwner;
  readonly pods: readonly Pod[];
}

/** The pods of an association that cannot have its role. `undated`: some may be older, which is not known. */
const podsWithout = (
  { association }: AssociationSubject,
  kubernetes: KubernetesFacts,
): { readonly groups: readonly PodsWithout[]; readonly undated: boolean } => {
  const { namespace, serviceAccount, createdAt } = association;
  const own = podsOfServiceAccount(kubernetes, namespace, serviceAccount);
  const account = serviceAccountNamed(kubernetes, namespace, serviceAccount);
  const others = own.length > 0 || account === undefined ? [] : podsElsewhere(account, kubernetes);
  const judged = own
    .filter(pod => !pod.isMirror && pod.labels[skipWebhookLabel] === undefined && !hasOtherCredentials(pod))
    .map(pod => ({ pod, why: whyWithout(pod, createdAt, isAnnotated(association, kubernetes)) }));
  const failed: readonly { readonly pod: Pod; readonly why: PodsWithout['why'] }[] = [
    ...judged.flatMap(({ pod, why }) => (why === undefined || why === 'undated' ? [] : [{ pod, why }])),
    ...others.map(pod => ({ pod, why: 'elsewhere' as const })),
  ];
  const groups = Map.groupBy(failed, ({ pod, why }) => JSON.stringify([ownerOrPod(pod), why]));
  const byOwner = new Map<string, PodsWithout>();
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const owner = ownerOrPod(first.pod);
    const key = JSON.stringify(owner);
    if (!byOwner.has(key)) byOwner.set(key, { why: first.why, owner, pods: group.map(({ pod }) => pod) });
  }
  return { groups: [...byOwner.values()], undated: judged.some(({ why }) => why === 'undated') };
};

const whyWithout = (
  pod: Pod,
  associatedAt: string | undefined,
  annotated: boolean,
): PodsWithout['why'] | 'undated' | undefined => {
  if (pod.onFargate) return 'fargate';
  if (pod.isWindows) return 'windows';
  // The rules on pods tell the faults of an annotated service account's pods.
  if (hasPodIdentity(pod) || annotated) return undefined;
  if (associatedAt === undefined || pod.createdAt === undefined) return 'undated';
  const age = Date.parse(pod.createdAt) - Date.parse(associatedAt);
  if (age < 0) return 'older';
  return age <= heardWithinMs ? 'together' : 'newer';
};

const isAnnotated = (
  { namespace, serviceAccount }: AssociationSubject['association'],
  { serviceAccounts }: KubernetesFacts,
): boolean =>
  valueOr(serviceAccounts, []).some(
    one => one.namespace === namespace && one.name === serviceAccount && Boolean(one.annotations[roleArnKey]),
  );
