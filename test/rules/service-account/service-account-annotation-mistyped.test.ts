import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, type someFacts } from '../../support/example-world.ts';
import { refused, worldOf } from '../../support/in-cluster-world.ts';
import { fixOf, run } from './worlds.ts';

const marked = (over: Parameters<typeof aServiceAccount>[0]) => ({
  serviceAccounts: complete([aServiceAccount({ annotations: {}, ...over })]),
  pods: complete([]),
});

run('service-account-annotation-mistyped', [
  [
    'passes over keys that are not like the annotation',
    worldOf(marked({ annotations: { 'eks.amazonaws.com/audience': 'x' } })),
    [],
  ],
  [
    'reports a label under a mistyped key',
    worldOf(marked({ labels: { 'eks.amazonaws.com/role_arn': 'x' } })),
    ['high label'],
  ],
  [
    'reports a label under the exact key',
    worldOf(marked({ labels: { 'eks.amazonaws.com/role-arn': 'x' } })),
    ['high label'],
  ],
  [
    'reports an annotation of kube2iam',
    worldOf(marked({ annotations: { 'iam.amazonaws.com/role': 'x' } })),
    ['high annotation'],
  ],
]);

describe('a mistyped annotation', () => {
  const fix = (value: string, over: Parameters<typeof someFacts>[0] = {}) =>
    fixOf(
      'service-account-annotation-mistyped',
      worldOf(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: { 'iam.amazonaws.com/role': value } })]),
          pods: complete([]),
        },
        over,
      ),
    );
  const set = `kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate --overwrite -- serviceaccount/cart eks.amazonaws.com/role-arn=${aRole().arn}`;
  const drop =
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate -- serviceaccount/cart iam.amazonaws.com/role-';

  test('is moved to the right key before it goes', () => expect(fix(aRole().arn)?.commands).toEqual([set, drop]));

  test('that holds a name gets the ARN of the role of that name, for a person to confirm', () =>
    expect(fix('checkout-cart')).toMatchObject({ commands: [set, drop], choice: expect.any(String) }));

  test('stays where the role is not known: it is the only hint', () => {
    expect(fix('other')?.commands).toEqual([]);
    expect(fix('checkout-cart', { roles: refused })?.commands).toEqual([]);
  });
});
