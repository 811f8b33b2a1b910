/** The tables of the model, each as a whole. */
import { expect, test } from '@jest/globals';
import { allEksRegions, eksRegions, isOptInRegion } from '../../lib/model/eks-regions.ts';
import { otherNamespaces, webhookName } from '../../lib/model/kubernetes.ts';
import { snapshotSchemaVersion } from '../../lib/model/snapshot.ts';
import { whole } from '../support/whole/whole.ts';

test('regions with EKS by partition, and those that an account must enable', () => {
  const partitions = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso'];
  whole('partitions', [Object.fromEntries(partitions.map(one => [one, eksRegions(one).join(' ')]))]);
  whole('to be enabled', [allEksRegions.filter(isOptInRegion).join(' ')]);
  expect(partitions.flatMap(eksRegions)).toEqual(allEksRegions);
});

test('names that are compared', () => {
  expect({ otherNamespaces, webhookName, snapshotSchemaVersion }).toEqual({
    otherNamespaces: 'other namespaces',
    webhookName: 'pod-identity-webhook',
    snapshotSchemaVersion: 3,
  });
});
