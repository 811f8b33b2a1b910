import { describe, expect, test } from '@jest/globals';
import { parseArn, providerArnBeside } from '../../lib/model/arn.ts';
import { isNearMissKey } from '../../lib/model/irsa-annotation.ts';
import { homeRegion, partitionOf } from '../../lib/model/partition.ts';

describe('partitions', () => {
  test.each([
    ['eu-west-1', 'aws'],
    ['us-east-2', 'aws'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['', 'aws'],
  ])('of %j is %s', (region, partition) => expect(partitionOf(region)).toBe(partition));

  test.each([
    ['aws', undefined],
    ['aws-cn', 'cn-north-1'],
    ['arn:aws-us-gov:iam::111122223333:role/x', 'us-gov-west-1'],
  ])('IAM of %s is asked with %j', (where, option) => expect(homeRegion(where)).toBe(option));
});

describe('ARNs', () => {
  test('the provider beside a role is of its partition and account, whatever the path of the role', () => {
    expect(providerArnBeside('arn:aws-cn:iam::111122223333:role/a/role/b', 'https://oidc.eks.x/id/1')).toBe(
      'arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.x/id/1',
    );
    expect(providerArnBeside('arn:aws:iam::111122223333:role/x', 'h/$&')).toBe(
      'arn:aws:iam::111122223333:oidc-provider/h/$&',
    );
  });
  test.each([
    ['arn:aws:iam::1:role/x:y', 'role/x:y'],
    ['arn:aws:s3:::bucket', 'bucket'],
    ['arn:aws:iam::1', undefined],
  ])('%s stands for %s', (arn, resource) => expect(parseArn(arn)?.resource).toBe(resource));
});

describe('keys without a slash', () => {
  test.each([
    ['eks.amazonaws.com.role-arn', true],
    ['role-arn', false],
    ['eks.amazonaws.com', false],
  ])('%s was meant as the annotation: %s', (key, expected) => expect(isNearMissKey(key)).toBe(expected));
});
