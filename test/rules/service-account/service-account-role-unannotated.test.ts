import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { aGap, bareContainer, barePod, refused, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { fixOf, host, run } from './worlds.ts';

type Over = Parameters<typeof someFacts>[0];
const ruleId = 'service-account-role-unannotated';
const plain = (over: Partial<ServiceAccount> = {}) => aServiceAccount({ annotations: {}, ...over });

/** The service account `checkout/cart` without annotation, whose pods the webhook did not touch. */
const world = (inside: Partial<KubernetesFacts> = {}, over: Over = {}, cluster: Partial<ClusterSnapshot> = {}): Facts =>
  worldOf({ serviceAccounts: complete([plain()]), pods: complete([barePod()]), ...inside }, over, cluster);
const withPod = (over: Partial<Pod>) => world({ pods: complete([barePod(over)]) });
const trusting = (condition: unknown, ...more: readonly ReturnType<typeof aRole>[]) =>
  world({}, { roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) }), ...more]) });
const named = (name: string, over: Partial<ServiceAccount> = {}, pod: Partial<Pod> = {}) =>
  world(
    {
      serviceAccounts: complete([plain({ name, ...over })]),
      pods: complete([barePod({ serviceAccount: name, ...pod })]),
    },
    {
      roles: complete([
        aRole({
          trustPolicy: aTrustPolicy({ subject: `system:serviceaccount:${over.namespace ?? 'checkout'}:${name}` }),
        }),
      ]),
    },
  );
const sub = (...values: readonly string[]) => ({
  StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: values },
});

/** Helpers of a chart that have the annotation which was meant for cart (kedacore/keda#5758). */
const helpers = ['cart-web', 'cart-metrics'].map(name => aServiceAccount({ name }));

run(ruleId, [
  ['reports an account that a role was made for, whose pods run without a role', world(), ['medium unannotated']],
  [
    'reports one of several accounts that the role names',
    trusting(sub('system:serviceaccount:checkout:cart', 'system:serviceaccount:checkout:other')),
    ['medium unannotated'],
  ],
  [
    'is silent where a pattern trusts the whole namespace',
    trusting({ StringLike: { [`${host}:sub`]: 'system:serviceaccount:checkout:*' } }),
    [],
  ],
  [
    'is silent where the role trusts another cluster',
    world({}, { roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: `https://${host}0` }) })]) }),
    [],
  ],
  ['is silent where the role denies the account', trusting(sub('system:serviceaccount:checkout:other')), []],
  ['is silent where no pod runs as it', world({ pods: complete([]) }), []],
  ['is silent where its pods set a role by hand', world({ pods: complete([aPod()]) }), []],
  [
    'is silent where its pods have access keys',
    withPod({ containers: [bareContainer({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] }),
    [],
  ],
  [
    'is silent where its pods have Pod Identity',
    withPod({ volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 't' }] }),
    [],
  ],
  [
    'is silent for pods that opt out of the webhook',
    withPod({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } }),
    [],
  ],
  ['is silent for a mirror of a static pod', withPod({ isMirror: true }), []],
  [
    'is silent where another account of the namespace has the role by its annotation: one role for a controller and its helpers',
    world(
      { serviceAccounts: complete([plain(), aServiceAccount({ name: 'cart-controller' })]) },
      {
        roles: complete([
          aRole({
            trustPolicy: aTrustPolicy({
              condition: sub('system:serviceaccount:checkout:cart', 'system:serviceaccount:checkout:cart-controller'),
            }),
          }),
        ]),
      },
    ),
    [],
  ],
  [
    'reports it where another account of the namespace names the role in vain',
    world({ serviceAccounts: complete([plain(), aServiceAccount({ name: 'cart-web' })]) }),
    ['medium unannotated'],
  ],
  [
    'is the worse where several others name the role in vain: the annotation went to the wrong ones',
    world({ serviceAccounts: complete([plain(), ...helpers]) }),
    ['high unannotated'],
  ],
  [
    'leaves a mistyped annotation to its own rule',
    world({ serviceAccounts: complete([plain({ annotations: { 'eks.amazon.com/role-arn': aRole().arn } })]) }),
    [],
  ],
  [
    'leaves a role on the pods to its own rule',
    withPod({ annotations: { 'eks.amazonaws.com/role-arn': aRole().arn } }),
    [],
  ],
  [
    'leaves an empty annotation to its own rule',
    world({ serviceAccounts: complete([plain({ annotations: { 'eks.amazonaws.com/role-arn': '' } })]) }),
    [],
  ],
  ['does not know where associations may not be read', world({}, {}, { podIdentity: refused }), ['unknown unread']],
  [
    'does not know where no pod was seen and not all were read',
    world({ pods: withGaps([], [aGap('list pods')]) }),
    ['unknown unread'],
  ],
  [
    'does not know whether the ConfigMap of a webhook gives the role',
    world({ configuredRoles: refused }),
    ['unknown unread'],
  ],
  [
    'does not judge a cluster that somebody runs himself',
    world(
      { issuer: complete(`https://${host}`) },
      {},
      {
        cluster: aCluster({
          region: 'unknown',
          issuer: 'https://oidc.kops.example',
          endpoint: 'https://api.kops.example',
        }),
      },
    ),
    [],
  ],
]);

const provider = (secretsProvider: 'aws' | 'other') =>
  aPod({ name: `provider-${secretsProvider}`, namespace: 'kube-system', serviceAccount: 'provider', secretsProvider });
const mounting = (over: Partial<Pod>, ...others: readonly Pod[]) =>
  world(
    { pods: complete([barePod({ phase: 'Pending', mountsSecretsStore: true, ...over }), ...others]) },
    { roles: complete([]) },
  );

run(ruleId, [
  [
    'reports a pod that waits for secrets which the driver reads with the role of its account',
    mounting({}, provider('aws')),
    ['medium secretsStore'],
  ],
  ['is silent where the pod runs: its secrets came', mounting({ phase: 'Running' }, provider('aws')), []],
  ['is silent where the cluster has no provider of AWS', mounting({}, provider('other')), []],
  ['is silent where another provider may be the one', mounting({}, provider('aws'), provider('other')), []],
  [
    'is silent where the pod mounts no secrets',
    world({ pods: complete([barePod({ phase: 'Pending' }), provider('aws')]) }, { roles: complete([]) }),
    [],
  ],
]);

describe('its fix', () => {
  const addons = (roleArn?: string) => ({
    addons: complete([
      {
        name: 'aws-ebs-csi-driver',
        detail: {
          status: 'ACTIVE',
          hasPodIdentity: false,
          configuresServiceAccount: false,
          ...(roleArn ? { roleArn } : {}),
        },
      },
    ]),
  });
  const ebs = (roleArn?: string): Facts => {
    const facts = named('ebs-csi-controller-sa', { namespace: 'kube-system' }, { namespace: 'kube-system' });
    const [region] = facts.snapshot.regions;
    if (region?.clusters.status !== 'complete') throw new Error('the world has no cluster');
    const [cluster] = region.clusters.value;
    if (cluster === undefined) throw new Error('the world has no cluster');
    return someFacts({
      ...facts.snapshot,
      clusters: complete([{ ...cluster, ...addons(roleArn) }]),
      regions: [{ region: 'eu-west-1', clusters: complete([{ ...cluster, ...addons(roleArn) }]) }],
    });
  };

  test('annotates the account and restarts its pods', () =>
    expect(fixOf(ruleId, world())?.commands).toEqual([
      expect.stringContaining('eks.amazonaws.com/role-arn='),
      expect.stringContaining('restartedAt'),
    ]));

  test('sets the role of an EKS add-on by the add-on, which would write over an annotation', () => {
    const [first = ''] = fixOf(ruleId, ebs())?.commands ?? [];
    expect(first).toMatch(
      /&& aws eks update-addon .*--addon-name aws-ebs-csi-driver .*--service-account-role-arn arn:/,
    );
    expect(fixOf(ruleId, ebs())?.commands.join()).not.toContain('kubectl annotate');
  });

  test('is part of addon-role-differs where EKS knows the role', () => {
    const { findings } = evaluate(ebs(aRole().arn), {
      rules: catalog.filter(({ id }) => [ruleId, 'addon-role-differs'].includes(id)),
    });
    expect(findings.map(({ ruleId: id, explains }) => [id, explains.map(one => one.ruleId)])).toEqual([
      ['addon-role-differs', [ruleId]],
    ]);
  });

  test('gives no role to default, and asks which of several roles it is', () => {
    expect(fixOf(ruleId, named('default'))).toMatchObject({ commands: [], choice: expect.any(String) });
    const two = trusting(
      sub('system:serviceaccount:checkout:cart'),
      aRole({ name: 'second', arn: aRole().arn.replace('checkout-cart', 'second') }),
    );
    expect(fixOf(ruleId, two)).toMatchObject({ commands: [], choice: expect.stringContaining('second') });
  });
});

test('old pods that kept the role are told with it', () => {
  const both = world({ pods: complete([aPod({ name: 'old' }), barePod({ name: 'new' })]) });
  const { findings } = evaluate(both, {
    rules: catalog.filter(({ id }) => [ruleId, 'pod-role-unannotated'].includes(id)),
  });
  expect(findings.map(({ ruleId: id, explains }) => [id, explains.map(one => one.ruleId)])).toEqual([
    [ruleId, ['pod-role-unannotated']],
  ]);
});

test('an annotation on the wrong service accounts is one finding', () => {
  const { findings } = evaluate(world({ serviceAccounts: complete([plain(), ...helpers]) }), { rules: catalog });
  expect(findings.map(one => `${one.ruleId} ${one.serviceAccount}`)).toEqual([`${ruleId} cart`]);
  expect(findings[0]?.evidence).toContainEqual(expect.objectContaining({ got: 'cart-web and cart-metrics' }));
});

test('an annotation on one other service account is one finding, which leaves it open which of both is meant', () => {
  const { findings } = evaluate(
    world({ serviceAccounts: complete([plain(), aServiceAccount({ name: 'cart-web' })]) }),
    { rules: catalog },
  );
  expect(findings.map(one => `${one.ruleId} ${one.serviceAccount}`)).toEqual([
    'service-account-role-not-trusting cart-web',
  ]);
  expect(findings[0]?.explains.map(one => one.ruleId)).toEqual([ruleId]);
  expect(findings[0]?.fix.choice).toContain('Or whether the annotation was meant for checkout/cart');
  expect(findings[0]?.fix.alternatives?.map(({ summary }) => summary)).toEqual([
    'Name the role in the annotation of service account checkout/cart, then restart the pods.',
  ]);
});
