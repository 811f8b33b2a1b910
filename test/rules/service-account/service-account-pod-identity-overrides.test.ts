import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole } from '../../support/example-world.ts';
import { aGap, annotatedWith, worldOf } from '../../support/in-cluster-world.ts';
import { fixOf, run } from './worlds.ts';

const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' };

const associated = (roleArn?: string) =>
  worldOf(annotatedWith({}), {}, { podIdentity: complete([{ ...association, ...(roleArn ? { roleArn } : {}) }]) });

run('service-account-pod-identity-overrides', [
  ['reports an association with another role', associated(`${aRole().arn}-other`), ['medium otherRole']],
  ['only notes an association with the same role', associated(aRole().arn), ['info sameRole']],
  ['is unknown where the role of the association was not read', associated(), ['unknown unread']],
  [
    'is unknown where associations were read in part',
    worldOf(
      annotatedWith({}),
      {},
      { podIdentity: { status: 'partial', value: [], gaps: [aGap('eks:ListPodIdentityAssociations')] } },
    ),
    ['unknown unread'],
  ],
]);

describe('a role from the webhook’s ConfigMap is taken away there, by a person', () => {
  const configMap = 'kube-system/pod-identity-webhook';
  const configured = (over: Parameters<typeof aServiceAccount>[0] = {}, audience = 'sts.amazonaws.com') => ({
    serviceAccounts: complete([
      aServiceAccount({
        annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': audience },
        configMap,
        ...over,
      }),
    ]),
    pods: complete([]),
  });
  const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn };

  test.each<[string, Facts]>([
    [
      'service-account-pod-identity-overrides',
      worldOf({ ...configured(), pods: complete([aPod()]) }, {}, { podIdentity: complete([association]) }),
    ],
  ])('%s', (rule, facts) => {
    const fix = fixOf(rule, facts);
    expect(JSON.stringify(fix)).toContain(`ConfigMap ${configMap}`);
    expect(fix?.commands.join()).not.toMatch(/annotate .*eks\S+-(?:\s|$)/);
    expect(fix?.choice).not.toMatch(/annotate .*serviceaccount/);
  });
});
