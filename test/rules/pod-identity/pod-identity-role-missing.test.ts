import { describe, expect, test } from '@jest/globals';
import { roleNameOf } from '../../../lib/model/arn.ts';
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

  test('is not looked for among those that a service keeps: no association takes one', () => {
    const name = roleNameOf(aPodIdentityRole().arn);
    const arn = `arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/${name}`;
    const { findings } = judgeRoles(
      complete([{ ...aPodIdentityRole(), name, arn, path: '/aws-service-role/eks.amazonaws.com/' }]),
    );
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['pod-identity-role-missing']);
    expect(JSON.stringify(findings[0]?.fix)).not.toContain('aws-service-role');
  });
});
