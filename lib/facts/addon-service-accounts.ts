import { type Addon, type ClusterSnapshot, valueOr } from '../model.ts';

/** A service account of an EKS add-on. */
export interface AddonServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** The service account that has the role of an add-on, for those add-ons of which AWS documents it (docs/facts.md §H.1).
 *  Of any other add-on it is not documented, and EKS does not tell. */
export const addonServiceAccounts: ReadonlyMap<string, AddonServiceAccount> = new Map([
  ['vpc-cni', { namespace: 'kube-system', name: 'aws-node' }],
  ['aws-ebs-csi-driver', { namespace: 'kube-system', name: 'ebs-csi-controller-sa' }],
  ['aws-efs-csi-driver', { namespace: 'kube-system', name: 'efs-csi-controller-sa' }],
  ['aws-fsx-csi-driver', { namespace: 'kube-system', name: 'fsx-csi-controller-sa' }],
  ['aws-mountpoint-s3-csi-driver', { namespace: 'kube-system', name: 's3-csi-driver-sa' }],
  ['amazon-cloudwatch-observability', { namespace: 'amazon-cloudwatch', name: 'cloudwatch-agent' }],
]);

/** The add-on of a cluster that has a service account, where AWS documents it; undefined for an account of no add-on. */
export const addonOfAccount = (
  { addons }: Pick<ClusterSnapshot, 'addons'>,
  { namespace, name }: AddonServiceAccount,
): Addon | undefined =>
  valueOr(addons, []).find(addon => {
    const usual = addonServiceAccounts.get(addon.name);
    return usual?.name === name && (addon.detail?.namespace ?? usual.namespace) === namespace;
  });
