import { associationOf, associationsUnread, type ServiceAccountSubject } from '../../../facts.ts';
import { createAssociation } from '../../../fixes/eks-steps.ts';
import { type FixDraft, roleNameOf } from '../../../model.ts';
import { withAlternatives } from '../../access/alternatives.ts';
import { nameOfAccount } from './service-account-view.ts';

/** The fix of an annotation that names a role for Pod Identity: the association that was not made, or `grant`, which lets the
 *  role trust the service account by web identity. Without the list of associations no command is given. */
export const byPodIdentity = (subject: ServiceAccountSubject, roleArn: string, grant: FixDraft): FixDraft => {
  const { snapshot, cluster, serviceAccount } = subject;
  const { namespace, name } = serviceAccount;
  const isOpen =
    associationOf(snapshot, namespace, name) !== undefined || associationsUnread(snapshot.podIdentity).length > 0;
  return withAlternatives(
    {
      summary: `Create the Pod Identity association of ${nameOfAccount(subject)} with role ${roleNameOf(roleArn)}, which trusts Pod Identity and no web identity, then restart the pods.`,
      steps: isOpen ? [] : [createAssociation(cluster, { namespace, serviceAccount: name, roleArn })],
      choice: `Whether the pods are to have the role by Pod Identity, which needs the EKS Pod Identity Agent on nodes of EC2: their annotation has no effect then. Or by IRSA: ${grant.summary.charAt(0).toLowerCase()}${grant.summary.slice(1)}`,
    },
    [grant],
  );
};
