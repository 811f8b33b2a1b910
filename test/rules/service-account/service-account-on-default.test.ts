import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { serviceAccountOnDefault } from '../../../lib/rules/service-account/service-account-on-default.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy } from '../../support/example-world.ts';
import { aGap, annotatedWith, refused, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { findingOf, fixOf } from './worlds.ts';

test('how many pods run as default is not said to be none where pods may not be listed', () => {
  const onDefault = annotatedWith({}, { name: 'default' });
  const told = (pods: Parameters<typeof worldOf>[0]['pods'] & object) =>
    verdictOf(serviceAccountOnDefault, worldOf({ ...onDefault, pods })).findings.map(
      ({ evidence }) => evidence.find(({ what }) => what === 'pods that run as default')?.got,
    );
  expect(told(complete([]))).toEqual(['0']);
  expect(told(refused)).toEqual(['not all pods could be read']);
  expect(told({ status: 'partial', value: [], gaps: [aGap('list pods')] })).toEqual(['not all pods could be read']);
});

describe('a role on default', () => {
  const onDefault = (over: Parameters<typeof worldOf>[0], more: Parameters<typeof worldOf>[1] = {}) =>
    worldOf(
      { serviceAccounts: complete([aServiceAccount({ name: 'default' })]), pods: complete([]), ...over },
      {
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' }) })]),
        ...more,
      },
    );
  const found = (facts: Facts) => findingOf('service-account-on-default', facts);
  const last =
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate -- serviceaccount/default eks.amazonaws.com/role-arn-';

  test('is moved: new service account, trust, workloads, and last it leaves default', () => {
    const pod = aPod({ serviceAccount: 'default', owner: { kind: 'Deployment', name: 'web' } });
    const commands = found(onDefault({ pods: complete([pod]) }))?.fix.commands ?? [];
    expect(commands.map(command => command.replace(/ --policy-document .*/s, ''))).toEqual([
      expect.stringMatching(
        /"name":"checkout-cart".*\| kubectl --context \S+ --namespace checkout apply --filename -$/,
      ),
      expect.stringMatching(/ && aws iam update-assume-role-policy --role-name checkout-cart$/),
      'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout set serviceaccount -- deployment/web checkout-cart',
      last,
    ]);
  });

  test.each([
    ['pods were not read', onDefault({ pods: refused })],
    [
      'a pod is of a job, whose template cannot be changed',
      onDefault({ pods: complete([aPod({ serviceAccount: 'default', owner: { kind: 'Job', name: 'x' } })]) }),
    ],
    ['the role was not read', onDefault({}, { roles: refused })],
  ])('stays on default, and the last step is told, while %s', (_title, facts) => {
    const fix = found(facts)?.fix;
    expect(fix?.commands).not.toContain(last);
    expect(fix?.choice).toContain(last);
  });

  test('does not go to a service account that is there for something else', () => {
    const taken = aServiceAccount({ name: 'checkout-cart', annotations: {} });
    const facts = onDefault({ serviceAccounts: complete([aServiceAccount({ name: 'default' }), taken]) });
    expect(found(facts)?.fix.commands[0]).toContain('"name":"checkout-cart-irsa"');
  });

  const key = 'eks.amazonaws.com/role-arn';
  test.each([
    ['another role', { annotations: { [key]: 'arn:aws:iam::111122223333:role/other' } }, '-irsa'],
    ['this role', { annotations: { [key]: aRole().arn } }, ''],
    ['no role, in another namespace', { namespace: 'store', annotations: {} }, ''],
  ])('goes to a service account of its own name where one is there with %s', (_title, over, end) => {
    const there = aServiceAccount({ name: 'checkout-cart', ...over });
    const facts = onDefault({ serviceAccounts: complete([aServiceAccount({ name: 'default' }), there]) });
    expect(found(facts)?.fix.commands[0]).toContain(`"name":"checkout-cart${end}"`);
  });

  test('does not count pods that were not read as none', () => {
    const pods = (facts: Facts) => found(facts)?.evidence.find(({ what }) => what === 'pods that run as default')?.got;
    expect(pods(onDefault({}))).toBe('0');
    expect(pods(onDefault({ pods: refused }))).not.toMatch(/\d/);
  });
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

  test.each<[string, Facts]>([
    [
      'service-account-on-default',
      worldOf(configured({ name: 'default' }), {
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' }) })]),
      }),
    ],
  ])('%s', (rule, facts) => {
    const fix = fixOf(rule, facts);
    expect(JSON.stringify(fix)).toContain(`ConfigMap ${configMap}`);
    expect(fix?.commands.join()).not.toMatch(/annotate .*eks\S+-(?:\s|$)/);
    expect(fix?.choice).not.toMatch(/annotate .*serviceaccount/);
  });
});

test('an association of default is the same, though nothing is annotated', () => {
  const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'default', roleArn: aRole().arn };
  const inside = {
    serviceAccounts: complete([aServiceAccount({ name: 'default', annotations: {} })]),
    pods: complete([]),
  };
  const found = findingOf('service-account-on-default', worldOf(inside, {}, { podIdentity: complete([association]) }));
  expect([found?.severity, found?.messageId, found?.fix.commands]).toEqual(['medium', 'associated', []]);
  expect(findingOf('service-account-on-default', worldOf(inside))).toBeUndefined();
});
