import type { Facts } from '../../../evaluate/facts.ts';
import { clustersOf } from '../../../evaluate/subjects-of.ts';
import { unreadOf } from '../../../model/collected.ts';

/** The first reason why not all pods of the account were read, though they were asked for. */
export const podsUnread = ({ snapshot }: Facts): string | undefined => {
  const insides = clustersOf(snapshot).map(({ kubernetes }) =>
    kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.pods,
  );
  const [gap] = [...snapshot.regions.map(({ clusters }) => clusters), ...insides]
    .flatMap(section => unreadOf(section))
    .filter(({ kind }) => kind !== 'not-asked-for');
  return gap && `all running pods: ${gap.operation}: ${gap.message}`;
};
