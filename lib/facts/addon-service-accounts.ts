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
