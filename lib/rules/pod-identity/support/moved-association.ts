import { createAssociation, deleteAssociation } from '../../../fixes/eks-steps.ts';
import type { Cluster, FixDraft, PodIdentityAssociation, ServiceAccount } from '../../../model.ts';

/** Creates an association for the service account that it was meant for, and deletes the other one, since EKS changes neither its namespace nor its
 *  name. Without its role, which was not read, no command is given. */
export const movedAssociation = (
  cluster: Pick<Cluster, 'arn'>,
  association: PodIdentityAssociation,
  { namespace, name }: Pick<ServiceAccount, 'namespace' | 'name'>,
): FixDraft => ({
  summary: `Create the association for ${namespace}/${name}, delete that of ${association.namespace}/${association.serviceAccount}, then restart the pods.`,
  steps:
    association.roleArn === undefined
      ? []
      : [
          createAssociation(cluster, { ...association, namespace, serviceAccount: name }),
          deleteAssociation(cluster, association),
        ],
  choice: `Whether the pods of ${namespace}/${name} are to have the role. Its trust policy may test the namespace or the name.`,
});
