/** The condition keys that a launch of an instance has for each of its resources: a test on another one fails there (Service
 *  Authorization Reference, RunInstances; compared with it in test/reach/ways-and-actions.test.ts). */

const common = ['IsLaunchTemplateResource', 'LaunchTemplate'];
const zone = ['AvailabilityZone', 'AvailabilityZoneId'];

/** Keys of EC2 by the kind of resource, without those of tags. */
export const launchKeys: Readonly<Record<string, readonly string[]>> = {
  instance: [
    ...[...common, ...zone, 'CpuOptionsAmdSevSnp', 'EbsOptimized', 'InstanceAutoRecovery'],
    ...['InstanceBandwidthWeighting', 'InstanceID', 'InstanceMarketType', 'InstanceMetadataTags', 'InstanceProfile'],
    ...['InstanceType', 'ManagedResourceOperator', 'MetadataHttpEndpoint', 'MetadataHttpPutResponseHopLimit'],
    ...['MetadataHttpTokens', 'PlacementGroup', 'ProductCode', 'RootDeviceType', 'Tenancy'],
  ],
  image: [...common, 'ImageID', 'ImageType', 'Owner', 'Public', 'RootDeviceType'],
  'network-interface': [
    ...[...common, 'AssociatePublicIpAddress', 'AuthorizedService', 'AvailabilityZone', 'ManagedResourceOperator'],
    ...['NetworkInterfaceID', 'Subnet', 'Vpc'],
  ],
  'security-group': [...common, 'SecurityGroupID', 'Vpc'],
  subnet: [...common, ...zone, 'SubnetID', 'Vpc'],
  volume: [
    ...[...common, ...zone, 'Encrypted', 'ManagedResourceOperator', 'ParentSnapshot', 'VolumeID'],
    ...['VolumeInitializationRate', 'VolumeIops', 'VolumeSize', 'VolumeThroughput', 'VolumeType'],
  ],
};

/** Kinds that a launch makes, and may tag. */
export const launchTagged: ReadonlySet<string> = new Set(['instance', 'network-interface', 'volume']);

const all = new Set(Object.values(launchKeys).flat().map(keyName));

function keyName(key: string): string {
  return `ec2:${key.toLowerCase()}`;
}

/** Whether a launch has a key (lower case) for another resource alone than the one of this ARN. */
export const lacksLaunchKey =
  (arn: string) =>
  (name: string): boolean => {
    const kind = arn.slice(arn.lastIndexOf(':') + 1).split('/')[0] ?? '';
    if (name.startsWith('aws:requesttag/') || name === 'aws:tagkeys') return !launchTagged.has(kind);
    return all.has(name) && launchKeys[kind]?.some(key => keyName(key) === name) !== true;
  };
