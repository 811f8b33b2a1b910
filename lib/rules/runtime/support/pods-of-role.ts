import type { Facts } from '../../../facts/facts.ts';
import { roleOfContainer } from '../../../facts/pod-injection.ts';
import { clustersOf } from '../../../facts/subjects-of.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import type { Pod } from '../../../model/kubernetes.ts';
import type { UnknownReason } from '../../define-rule.ts';

/** The first reason why not all pods of the AWS account were read, though they were asked for. */
export const podsUnread = ({ snapshot }: Facts): UnknownReason | undefined => {
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
export const podsWithRole = (roleArn: string, before: string, { snapshot }: Facts): readonly Pod[] =>
  clustersOf(snapshot)
    .flatMap(({ kubernetes }) => (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.pods, [])))
    .filter(
      ({ phase, createdAt, containers }) =>
        phase === 'Running' &&
        createdAt !== undefined &&
        Date.parse(createdAt) < Date.parse(before) &&
        containers.some(container => roleOfContainer(container) === roleArn),
    );

/** `<namespace>/<name>` of a pod's service account. */
export const serviceAccountOf = ({ namespace, serviceAccount }: Pod): string => `${namespace}/${serviceAccount}`;

/** The service account of all these pods as the place of a finding. None where there are several, or may be: which one
 *  comes first depends on what was read, and a finding that moves to another service account is told as changed. */
export const placeOfPods = (
  pods: readonly Pod[],
  facts: Facts,
): { readonly place?: { readonly namespace: string; readonly serviceAccount: string } } => {
  const [only, ...others] = new Map(pods.map(pod => [serviceAccountOf(pod), pod])).values();
  if (only === undefined || others.length > 0 || podsUnread(facts) !== undefined) return {};
  return { place: { namespace: only.namespace, serviceAccount: only.serviceAccount } };
};
