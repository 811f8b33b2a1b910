import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy } from '../../support/example-world.ts';
import { aGap, refused, withoutIssuer, worldOf } from '../../support/in-cluster-world.ts';
import { audience, findingOf, fixOf, run } from './worlds.ts';

const partlyRead = { status: 'partial' as const, value: [], gaps: [aGap('iam:ListRoles')] };

run('service-account-audience-refused', [
  ['reports an empty audience', worldOf(audience('')), ['high empty']],
  ['says nothing of a role that does not exist', worldOf(audience('x'), { roles: complete([]) }), []],
  [
    'is unknown where the trust policy cannot be parsed',
    worldOf(audience('x'), { roles: complete([aRole({ trustPolicy: '{' })]) }),
    ['unknown undocumented'],
  ],
  ['is unknown where roles were not read', worldOf(audience('x'), { roles: partlyRead }), ['unknown unread']],
  [
    'is unknown where the issuer is not known',
    worldOf({ ...audience('x'), issuer: refused }, {}, withoutIssuer()),
    ['unknown unread'],
  ],
  [
    'reports an audience that the provider does not list',
    worldOf(audience('x'), { providers: complete([aProvider({ audiences: [] })]) }),
    ['high notInProvider'],
  ],
  [
    'reports an audience that the role alone refuses',
    worldOf(audience('x'), { providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x'] })]) }),
    ['high refusedByRole'],
  ],
  [
    'says nothing where the role refuses the service account with any audience',
    worldOf(audience('x'), {
      providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x'] })]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
    }),
    [],
  ],
]);

describe('an audience that the provider does not take', () => {
  const asking = (audiences: readonly string[]) =>
    worldOf({
      serviceAccounts: complete(
        audiences.map((audience, at) =>
          aServiceAccount({
            name: `cart-${at}`,
            annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': audience },
          }),
        ),
      ),
      pods: complete([]),
    });
  const offered = (audiences: readonly string[]) =>
    findingOf('service-account-audience-refused', asking(audiences))?.fix.alternatives?.map(({ summary }) => summary) ??
    [];
  const some = (count: number) => Array.from({ length: count }, (_none, at) => `team-${at}`);

  test('may be added', () => expect(offered(some(1))).toEqual([expect.stringMatching(/^Keep the audience team-0: /)]));
  test('is too long for one', () => {
    expect(offered(['a'.repeat(255)])).toHaveLength(1);
    expect(offered(['a'.repeat(256)])).toEqual([]);
  });
  test('is one of more than a provider has room for: none of them is worked out for every role', () => {
    expect(offered(some(99))).toHaveLength(1);
    expect(offered(some(100))).toEqual([]);
  });
});

test('the pods are restarted after the annotation is gone: those that run keep their token', () => {
  const pods = complete([aPod({ owner: { kind: 'StatefulSet', name: 'ledger' } })]);
  const { steps = [] } = fixOf('service-account-audience-refused', worldOf({ ...audience('x'), pods })) ?? {};
  expect(steps.map(({ change }) => change?.kind)).toEqual(['annotation', 'pods-restarted']);
});

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

  test.each<[string, Facts]>([['service-account-audience-refused', worldOf(configured({}, 'amazonaws.com'))]])(
    '%s',
    (rule, facts) => {
      const fix = fixOf(rule, facts);
      expect(JSON.stringify(fix)).toContain(`ConfigMap ${configMap}`);
      expect(fix?.commands.join()).not.toMatch(/annotate .*eks\S+-(?:\s|$)/);
      expect(fix?.choice).not.toMatch(/annotate .*serviceaccount/);
    },
  );
});
