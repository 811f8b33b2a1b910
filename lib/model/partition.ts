import { parseArn } from './arn.ts';

/** The facts of one partition. */
interface Partition {
  /** The beginning of its regions; empty for the one that all other regions belong to. */
  readonly regions: string;
  /** The end of the names of its endpoints. */
  readonly dnsSuffix: string;
  /** Where IAM is told of by CloudTrail, and which region `aws iam` has to be told; absent in `aws`, whose IAM has one
   *  endpoint that the CLI knows. */
  readonly iamRegion?: string;
  /** Where Service Quotas keeps the quotas of IAM; absent where that is not documented. */
  readonly quotaRegion?: string;
  /** The domain of the console; absent where none is published. */
  readonly console?: string;
  /** AWS Security Finding Format names this partition. */
  readonly inSecurityFindings: boolean;
  /** CloudFormation has chat channels there (its resource schemas by region). */
  readonly hasChatChannels: boolean;
}

/**
 * All that differs between partitions, in one place. Sources: the partitions of the AWS SDK (regions, endpoints: a test
 * compares them); AWS General Reference, "AWS Management Console endpoints and quotas", and its editions for China, GovCloud
 * and the European Sovereign Cloud; docs/facts.md §G, §I for the region of IAM's events; Security Hub API reference,
 * `Resource`.
 */
export const partitions = {
  'aws-cn': {
    regions: 'cn-',
    dnsSuffix: 'amazonaws.com.cn',
    iamRegion: 'cn-north-1',
    console: 'console.amazonaws.cn',
    inSecurityFindings: true,
    hasChatChannels: false,
  },
  'aws-us-gov': {
    regions: 'us-gov-',
    dnsSuffix: 'amazonaws.com',
    iamRegion: 'us-gov-west-1',
    quotaRegion: 'us-gov-west-1',
    console: 'console.amazonaws-us-gov.com',
    inSecurityFindings: true,
    hasChatChannels: false,
  },
  'aws-eusc': {
    regions: 'eusc-',
    dnsSuffix: 'amazonaws.eu',
    iamRegion: 'eusc-de-east-1',
    console: 'console.amazonaws-eusc.eu',
    inSecurityFindings: false,
    hasChatChannels: true,
  },
  'aws-iso': {
    regions: 'us-iso-',
    dnsSuffix: 'c2s.ic.gov',
    iamRegion: 'us-iso-east-1',
    inSecurityFindings: false,
    hasChatChannels: true,
  },
  'aws-iso-b': {
    regions: 'us-isob-',
    dnsSuffix: 'sc2s.sgov.gov',
    iamRegion: 'us-isob-east-1',
    inSecurityFindings: false,
    hasChatChannels: true,
  },
  'aws-iso-e': {
    regions: 'eu-isoe-',
    dnsSuffix: 'cloud.adc-e.uk',
    iamRegion: 'eu-isoe-west-1',
    inSecurityFindings: false,
    hasChatChannels: true,
  },
  'aws-iso-f': {
    regions: 'us-isof-',
    dnsSuffix: 'csp.hci.ic.gov',
    iamRegion: 'us-isof-south-1',
    inSecurityFindings: false,
    hasChatChannels: true,
  },
  aws: {
    regions: '',
    dnsSuffix: 'amazonaws.com',
    quotaRegion: 'us-east-1',
    console: 'console.aws.amazon.com',
    inSecurityFindings: true,
    hasChatChannels: true,
  },
} as const satisfies Readonly<Record<string, Partition>>;

type PartitionName = keyof typeof partitions;
const names = Object.keys(partitions) as readonly PartitionName[];

/** The partition of a region by its beginning; `aws` where nothing else is known. */
export const partitionOf = (region: string): PartitionName =>
  names.find(name => region.startsWith(partitions[name].regions)) ?? 'aws';

/** The facts of a partition by its name; undefined for one that is not in the table. */
export const factsOfPartition = (name: string): Partition | undefined =>
  Object.hasOwn(partitions, name) ? partitions[name as PartitionName] : undefined;

/** The region that `aws iam` must be told for this ARN or in this partition; undefined where it needs none. */
export const homeRegion = (arnOrPartition: string): string | undefined =>
  factsOfPartition(parseArn(arnOrPartition)?.partition ?? arnOrPartition)?.iamRegion;
