import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { aPodIdentityRole } from './example-association.ts';
import { judgeRoles, ofRole } from './worlds.ts';

describe('the role of a Pod Identity association', () => {
  test.each<readonly [string, () => ReturnType<typeof judgeRoles>, string]>([
    ['was deleted', () => judgeRoles(complete([])), 'role'],
    [
      'leads to a target role that was deleted',
      () => ofRole(aPodIdentityRole(), { targetRoleArn: 'arn:aws:iam::111122223333:role/target' }),
      'target',
    ],
  ])('%s: that is one finding in the place of the service account', (_title, judged, messageId) => {
    const { findings } = judged();
    expect(findings).toMatchObject([
      {
        ...{ ruleId: 'pod-identity-role-missing', messageId },
        ...{ clusterName: 'shop', serviceAccount: 'cart', severity: 'high' },
      },
    ]);
  });
});
