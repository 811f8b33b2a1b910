/**
 * The regions that have EKS, by partition: AWS General Reference, "Amazon EKS endpoints and quotas", and the SDK's own
 * partitions. EKS has no call that lists them; why a published list and not another API: docs/adr/0004-regions-from-a-published-list.md.
 */
const regionsByPartition: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'af-south-1',
    'ap-east-1',
    'ap-east-2',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-6',
    'ap-southeast-7',
    'ca-central-1',
    'ca-west-1',
    'eu-central-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'il-central-1',
    'me-central-1',
    'me-south-1',
    'mx-central-1',
    'sa-east-1',
  ],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-eusc': ['eusc-de-east-1'],
};

/** Every region of the list, whatever its partition. */
export const allEksRegions: readonly string[] = Object.values(regionsByPartition).flat();

/** All regions of a partition that have EKS; empty for a partition whose regions are not published. */
export const eksRegions = (partition: string): readonly string[] => regionsByPartition[partition] ?? [];

/**
 * Regions that an account must enable before it can use them (AWS Account Management, "Specify which Regions your
 * account can use": those that came after 20 March 2019). The others cannot be switched off: a refusal there is a failure.
 */
const optIn: ReadonlySet<string> = new Set([
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
]);

/** True for a region that is off until the account enables it. */
export const isOptInRegion = (region: string): boolean => optIn.has(region);
