/** Steps of `aws eks`. */

import type { Cluster } from '../model/cluster.ts';
import type { Step } from '../model/step.ts';
import { given } from '../text/given.ts';
import { awsStep } from './aws-steps.ts';
import { optionWords } from './option-words.ts';

type NamedCluster = Pick<Cluster, 'arn' | 'name' | 'region' | 'accountId'>;

const eksStep = (
  { arn, name, region, accountId }: NamedCluster,
  operation: string,
  change: Step['change'],
  words: readonly string[],
): Step => ({
  ...awsStep(['eks', operation, ...optionWords('--cluster-name', name), ...optionWords('--region', region), ...words], {
    accountId,
    region,
    clusterName: name,
    clusterArn: arn,
  }),
  ...given({ change }),
});

/** Gives an add-on another role. What a person changed in the cluster stays, unless it is to be overwritten. */
export const setAddonRole = (
  cluster: NamedCluster,
  addon: string,
  before: string,
  after: string,
  conflicts: 'PRESERVE' | 'OVERWRITE' = 'PRESERVE',
): Step =>
  eksStep(cluster, 'update-addon', { kind: 'addon-role', clusterArn: cluster.arn, addon, before, after }, [
    ...optionWords('--addon-name', addon),
    ...optionWords('--service-account-role-arn', after),
    '--resolve-conflicts',
    conflicts,
  ]);

/** Installs an add-on. */
export const createAddon = (cluster: NamedCluster, addon: string): Step =>
  eksStep(
    cluster,
    'create-addon',
    { kind: 'addon-created', clusterArn: cluster.arn, addon },
    optionWords('--addon-name', addon),
  );

/** Deletes a Pod Identity association. */
export const deleteAssociation = (cluster: NamedCluster, associationId: string): Step =>
  eksStep(
    cluster,
    'delete-pod-identity-association',
    { kind: 'association-deleted', clusterArn: cluster.arn, associationId },
    optionWords('--association-id', associationId),
  );

/** Changes a Pod Identity association; `words` are the options that say how. */
export const updateAssociation = (cluster: NamedCluster, associationId: string, words: readonly string[]): Step =>
  eksStep(
    cluster,
    'update-pod-identity-association',
    { kind: 'association-updated', clusterArn: cluster.arn, associationId },
    [...optionWords('--association-id', associationId), ...words],
  );

/** What a Pod Identity association is made of; the ids and tags it gets are new. */
export interface AssociationState {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly targetRoleArn: string | null;
  readonly disableSessionTags: boolean | null;
  /** The session policy, which allows less than the role. */
  readonly policy: string | null;
}

/** Creates a Pod Identity association, to go back from its deletion. */
export const createAssociation = (cluster: NamedCluster, was: AssociationState): Step =>
  eksStep(cluster, 'create-pod-identity-association', undefined, [
    ...optionWords('--namespace', was.namespace),
    ...optionWords('--service-account', was.serviceAccount),
    ...optionWords('--role-arn', was.roleArn),
    ...(was.targetRoleArn === null ? [] : optionWords('--target-role-arn', was.targetRoleArn)),
    ...(was.disableSessionTags === true ? ['--disable-session-tags'] : []),
    ...(was.policy === null ? [] : optionWords('--policy', was.policy)),
  ]);
