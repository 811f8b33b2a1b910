import { coverageOf, roleOfContainer, tokenAudienceOf } from '../../../facts/pod-injection.ts';
import { isRoleArn } from '../../../facts/role-arn-fault.ts';
import type { PodSubject } from '../../../facts/subjects.ts';
import type { Pod } from '../../../model/kubernetes.ts';
import { annotatedRole, realPods } from './pod-view.ts';

/** A role that containers ask for by web identity, beside the annotated one. */
export interface AskedRole {
  readonly role: string;
  /** The audience of their tokens; undefined where it is not known which token they read. */
  readonly audience: string | undefined;
  readonly pods: readonly Pod[];
}

/** Every role other than the annotated one, once for each audience. */
export const askedRoles = (subject: PodSubject): readonly AskedRole[] => {
  const annotated = annotatedRole(subject);
  const asked = realPods(subject).flatMap(pod =>
    pod.containers.flatMap(container => {
      const role = roleOfContainer(container);
      const isOther = role !== undefined && role !== annotated && isRoleArn(role);
      return isOther && coverageOf(container) === 'complete'
        ? [{ pod, role, audience: tokenAudienceOf(container, pod) }]
        : [];
    }),
  );
  return [...Map.groupBy(asked, ({ role, audience }) => JSON.stringify([role, audience])).values()].flatMap(group =>
    group
      .slice(0, 1)
      .map(({ role, audience }) => ({ role, audience, pods: [...new Set(group.map(({ pod }) => pod))] })),
  );
};
