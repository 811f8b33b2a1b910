/** Steps of `aws eks`. */
import type { AccessChange, Act, AssociationEdit, Cluster, PodIdentityAssociation } from '../model.ts';
import { given } from '../text.ts';
import { act } from './step.ts';

type NamedCluster = Pick<Cluster, 'arn'>;

/** Gives an add-on a role; `before` is the one that it has. A value that a person changed in the cluster stays. */
export const setAddonRole = ({ arn }: NamedCluster, addon: string, before: string | undefined, after: string): Act =>
  act({ kind: 'addon-role', clusterArn: arn, addon, ...given({ before }), after });

/** Installs an add-on. */
export const createAddon = ({ arn }: NamedCluster, addon: string): Act =>
  act({ kind: 'addon-created', clusterArn: arn, addon });

/** Creates an association that has the roles, the session policy and the tags of another one, which was described. */
export const createAssociation = (
  { arn }: NamedCluster,
  {
    namespace,
    serviceAccount,
    roleArn = '',
    targetRoleArn,
    sessionTags,
    sessionPolicy,
  }: Omit<PodIdentityAssociation, 'id'>,
  access?: readonly AccessChange[],
): Act =>
  act(
    {
      kind: 'association-created',
      clusterArn: arn,
      association: {
        namespace,
        serviceAccount,
        roleArn,
        targetRoleArn: targetRoleArn ?? null,
        disableSessionTags: sessionTags === false ? true : null,
        policy: sessionPolicy ?? null,
      },
    },
    access,
  );

/** Deletes a Pod Identity association that has the roles that were read. */
export const deleteAssociation = (
  { arn }: NamedCluster,
  { id, namespace, serviceAccount, roleArn, targetRoleArn }: PodIdentityAssociation,
): Act =>
  act({
    kind: 'association-deleted',
    clusterArn: arn,
    associationId: id,
    namespace,
    serviceAccount,
    ...(roleArn === undefined ? {} : { before: { roleArn, targetRoleArn: targetRoleArn ?? null } }),
  });

/** Changes one field of a Pod Identity association. */
export const updateAssociation = (
  { arn }: NamedCluster,
  associationId: string,
  before: AssociationEdit,
  after: AssociationEdit,
): Act => act({ kind: 'association-updated', clusterArn: arn, associationId, before, after });
