/** Finds the pods and the service account that a person asks about. */
import type { MessageFacts } from '../explain/text-facts.ts';
import { podsOfServiceAccount } from '../facts.ts';
import {
  type Collected,
  complete,
  type KubernetesFacts,
  otherNamespaces,
  type Pod,
  type ReadFailure,
  readFailuresOf,
  roleArnKey,
  valueOr,
} from '../model.ts';
import { compareText } from '../text.ts';

/** The subject of the question. `kind` is Pod, ServiceAccount, or the kind of an owner of pods: Deployment, CronJob. */
export interface WhyTarget {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The result of a target. */
export type FoundTarget =
  | {
      readonly status: 'found';
      /** Running and pending ones; empty for a service account, and for a workload, that has none. */
      readonly pods: readonly Pod[];
      readonly serviceAccount: string;
      /** Other service accounts of the same owner's pods, while a roll-out changes it. */
      readonly others: readonly string[];
    }
  /** Everything where it could be was read. `known` are the names that there are. */
  | { readonly status: 'absent'; readonly known: readonly string[] }
  | { readonly status: 'unread'; readonly reason: ReadFailure };

/** The first read that failed for a namespace; that others could not be read says nothing of this one. */
export const firstUnread = (section: Collected<unknown>): ReadFailure | undefined =>
  section.status === 'partial'
    ? section.gaps.find(({ what }) => what !== otherNamespaces)?.reason
    : readFailuresOf(section)[0];

/** Looks the target up among what was read. */
export const findTarget = (target: WhyTarget, kubernetes: KubernetesFacts): FoundTarget =>
  target.kind === 'ServiceAccount' ? findServiceAccount(target, kubernetes) : findPods(target, kubernetes);

/** The pod that a text is about: the one that it names, or the owner of one that was replaced; else its service account, or the only one with its
 *  role. `usual`: the namespace of a text without one. Undefined where the cluster has none of them. */
export const targetOfText = (
  facts: MessageFacts,
  kubernetes: KubernetesFacts,
  usual: string,
): WhyTarget | undefined => {
  const { pod = '', serviceAccount = '', roleArn, namespace = usual } = facts;
  const owners = valueOr(kubernetes.pods, []).flatMap(one => (one.namespace === namespace && one.owner) || []);
  const owner = owners.find(({ name }) => pod.startsWith(`${name}-`));
  const withRole = valueOr(kubernetes.serviceAccounts, []).filter(
    one => roleArn !== undefined && one.annotations[roleArnKey] === roleArn,
  );
  const named = [
    { kind: 'Pod', namespace, name: pod },
    ...(owner === undefined ? [] : [{ ...owner, namespace }]),
    { kind: 'ServiceAccount', namespace, name: serviceAccount },
    ...(withRole.length === 1 ? withRole : []).map(one => ({ ...one, kind: 'ServiceAccount' })),
  ];
  const found = named.find(one => findTarget(one, kubernetes).status === 'found');
  return found && { kind: found.kind, namespace: found.namespace, name: found.name };
};

const findServiceAccount = ({ namespace, name }: WhyTarget, kubernetes: KubernetesFacts): FoundTarget => {
  const known = valueOr(kubernetes.serviceAccounts, []).filter(one => one.namespace === namespace);
  const pods = podsOfServiceAccount(kubernetes, namespace, name);
  if (known.some(one => one.name === name)) return { status: 'found', pods, serviceAccount: name, others: [] };
  const reason = firstUnread(kubernetes.serviceAccounts);
  return reason === undefined
    ? absent(
        name,
        known.map(one => one.name),
      )
    : { status: 'unread', reason };
};

const findPods = ({ kind, namespace, name }: WhyTarget, kubernetes: KubernetesFacts): FoundTarget => {
  const here = valueOr(kubernetes.pods, []).filter(pod => pod.namespace === namespace);
  const nameOf = (pod: Pod): string | undefined =>
    kind === 'Pod' ? pod.name : pod.owner?.kind === kind ? pod.owner.name : undefined;
  const pods = here.filter(pod => nameOf(pod) === name);
  const [newest] = pods.toSorted((a, b) => compareText(b.createdAt ?? '', a.createdAt ?? ''));
  if (newest !== undefined) {
    const { serviceAccount } = newest;
    const others = new Set(pods.map(pod => pod.serviceAccount).filter(one => one !== serviceAccount));
    return {
      status: 'found',
      pods: pods.filter(pod => pod.serviceAccount === serviceAccount),
      serviceAccount,
      others: [...others],
    };
  }
  const made = valueOr(kubernetes.workloads ?? complete([]), []).find(
    one => one.kind === kind && one.namespace === namespace && one.name === name,
  );
  if (made !== undefined) return { status: 'found', pods: [], serviceAccount: made.serviceAccount, others: [] };
  const reason = firstUnread(kubernetes.pods);
  return reason === undefined
    ? absent(
        name,
        here.flatMap(pod => nameOf(pod) ?? []),
      )
    : { status: 'unread', reason };
};

/** Those with the longest beginning in common first: of a pod that was replaced the end of the name is another one. */
const absent = (name: string, known: readonly string[]): FoundTarget => ({
  status: 'absent',
  known: [...new Set(known)].sort((a, b) => common(b, name) - common(a, name) || compareText(a, b)),
});

const common = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
};
