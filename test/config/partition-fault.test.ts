import { expect, test } from '@jest/globals';
import { partitionFault } from '../../lib/config/partition-fault.ts';

const fault = (other: string, first: string): string =>
  `regions: got ${other} beside ${first}, wanted regions of one partition: each partition needs a deployment of its own`;

test.each<readonly [Parameters<typeof partitionFault>[0], string | undefined, string | undefined]>([
  [undefined, undefined, undefined],
  ['all', undefined, undefined],
  ['all', 'cn-north-1', undefined],
  [[], 'eu-west-1', undefined],
  [['eu-west-1', 'us-east-1'], undefined, undefined],
  [['eu-west-1', 'us-east-1'], 'eu-north-1', undefined],
  [['cn-north-1', 'cn-northwest-1'], 'cn-north-1', undefined],
  [['eu-west-1', 'us-gov-west-1', 'cn-north-1'], undefined, fault('us-gov-west-1 of aws-us-gov', 'eu-west-1 of aws')],
  [['cn-north-1'], 'eu-west-1', fault('cn-north-1 of aws-cn', 'eu-west-1 of aws')],
  [['eu-west-1', 'cn-north-1'], 'cn-north-1', fault('eu-west-1 of aws', 'cn-north-1 of aws-cn')],
])('regions %j, deployed in %s', (regions, home, expected) => {
  expect(partitionFault(regions, home)).toBe(expected);
});
