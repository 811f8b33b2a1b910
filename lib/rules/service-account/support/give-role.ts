import { addonOfAccount } from '../../../facts.ts';
import { setAddonRole } from '../../../fixes/eks-steps.ts';
import { annotate } from '../../../fixes/kubernetes-steps.ts';
import { posixCommands } from '../../../fixes/render-step.ts';
import { type ClusterSnapshot, type FixDraft, roleArnKey, type Step } from '../../../model.ts';
import { listed } from '../../../text.ts';

/** A service account without a role, in its cluster. */
interface Unannotated {
  readonly snapshot: ClusterSnapshot;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Names a role on a service account; its pods are restarted afterwards. The role of an EKS add-on is set by the add-on, which writes the
 * annotation itself and over any other (docs/facts.md §H.1). `roles` are those that were made for the service account: of
 * several, or of none, a person names one.
 */
export const giveRole = (account: Unannotated, roles: readonly string[]): FixDraft => {
  const { snapshot, namespace, name } = account;
  const addon = addonOfAccount(snapshot, account);
  const summary =
    addon === undefined
      ? `Name the role in the annotation of service account ${namespace}/${name}, then restart the pods.`
      : `Give EKS add-on ${addon.name} its role: EKS writes the annotation of service account ${namespace}/${name}. Then restart the pods.`;
  const step = (roleArn: string): Step =>
    addon === undefined
      ? annotate(snapshot.cluster, { namespace, name, annotations: {} }, roleArnKey, roleArn)
      : setAddonRole(snapshot.cluster, addon.name, undefined, roleArn);
  const [role, ...others] = roles;
  if (role === undefined || others.length > 0) {
    const known = role === undefined ? '' : ` These trust it already: ${listed(roles)}.`;
    return { summary, choice: `Which role it is to have.${known} Then: ${posixCommands([step('ROLE_ARN')]).join('')}` };
  }
  return {
    summary,
    steps: [step(role)],
    choice: `Whether ${role} is the role: of all that were read it alone was made for this service account.`,
  };
};
