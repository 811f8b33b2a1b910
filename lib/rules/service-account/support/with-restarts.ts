import { podsOfServiceAccount, podsThatFollow, type ServiceAccountSubject } from '../../../facts.ts';
import { restartsOf } from '../../../fixes/kubernetes-steps.ts';
import type { FixDraft, Step } from '../../../model.ts';

/**
 * A fix that writes a role to the annotation, with the steps that restart the pods of the service account: what runs keeps
 * the role that it was created with (docs/facts.md §D.2). Pods that were not read, or that would get no role, are not
 * restarted.
 */
export const withRestarts = (subject: ServiceAccountSubject, fix: FixDraft): FixDraft => {
  const { steps = [] } = fix;
  if (steps.length === 0) return fix;
  const restarts = restartsOfAccount(subject);
  const choices = [fix.choice, restarts.choice].filter(text => text !== undefined);
  return {
    ...fix,
    steps: [...steps, ...restarts.steps],
    ...(choices.length === 0 ? {} : { choice: choices.join(' ') }),
  };
};

/** The steps that restart the pods of a service account, and what a person decides about them. */
const restartsOfAccount = ({
  cluster,
  kubernetes,
  serviceAccount: { namespace, name },
}: ServiceAccountSubject): { readonly steps: readonly Step[]; readonly choice?: string } => {
  const following = podsThatFollow(podsOfServiceAccount(kubernetes, namespace, name), kubernetes);
  const restarts = restartsOf({ cluster, namespace }, following);
  const choices = restarts.flatMap(({ choice }) => choice ?? []);
  return {
    steps: restarts.flatMap(({ steps }) => steps),
    ...(choices.length === 0 ? {} : { choice: choices.join(' ') }),
  };
};
