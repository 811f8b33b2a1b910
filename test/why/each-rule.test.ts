import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { clustersOf } from '../../lib/facts/subjects-of.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete, mapSection, unavailable, valueOr } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { type WhyStep, whyChain, withLiveSteps } from '../../lib/why/why-chain.ts';
import { stepJudgements } from '../../lib/why/why-steps.ts';
import { aFinding } from '../report/sample-report.ts';
import { runtime, sees } from '../rules/provider/worlds.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aHost, anIssuer, aProvider, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Each rule that judges a step is the cause that a person is told, in a world in which it fails: by default in its own example. */

const { kubernetes } = aReadCluster();

/** The facts with each cluster edited. */
const edited = (facts: Facts, edit: (one: ClusterSnapshot) => ClusterSnapshot): Facts => ({
  ...facts,
  snapshot: {
    ...facts.snapshot,
    regions: facts.snapshot.regions.map(one => ({
      ...one,
      clusters: mapSection(one.clusters, list => list.map(edit)),
    })),
  },
});
/** The example with the usual pod of the usual service account. */
const withPod = (id: string): Facts => edited(examplesOf({ id }).fail.facts(), one => ({ ...one, kubernetes }));
/** The example with the usual service account, and without a pod. */
const idle = (id: string): Facts =>
  edited(examplesOf({ id }).fail.facts(), one => ({
    ...one,
    kubernetes: mapSection(one.kubernetes, inside => ({
      ...inside,
      pods: complete([]),
      serviceAccounts: kubernetes.status === 'unavailable' ? inside.serviceAccounts : kubernetes.value.serviceAccounts,
    })),
  }));

const untrusted = complete(aHost({ trust: { verdict: 'untrusted', why: 'the chain ends at CN=X' } }));
const ofOwn = 'https://keys.example.com/shop';
const { issuer: _none, ...local } = aCluster();
const usualRole = complete([aRole()]);
const unread = unavailable<never>({ kind: 'denied', operation: 'o', message: 'm' });
const gone = 'arn:aws:iam::111122223333:role/gone';
/** A pod that has Pod Identity, by an association with a role. */
const associated = (roleArn: string): Facts =>
  someFacts({
    roles: usualRole,
    clusters: complete([
      aReadCluster(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
          pods: complete([
            aPod({
              containers: [
                aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} }),
              ],
              volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'token' }],
            }),
          ]),
        },
        {
          podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn }]),
          addons: complete([{ name: 'eks-pod-identity-agent' }]),
        },
      ),
    ]),
  });
/** The role trusts another service account that is there. */
const pay = aTrustPolicy({ subject: 'system:serviceaccount:checkout:pay' });

/** The worlds that are not the rule's own example. */
const worlds: Readonly<Record<string, () => Facts>> = {
  'cluster-issuer-absent': () =>
    someFacts({ roles: usualRole, clusters: complete([aReadCluster({ issuer: unread }, { cluster: local })]) }),
  'cluster-provider-missing': () => withPod('cluster-provider-missing'),
  'provider-audience-missing': () => withPod('provider-audience-missing'),
  'issuer-unreachable': () => withPod('issuer-unreachable'),
  'issuer-discovery-invalid': () => withPod('issuer-discovery-invalid'),
  'issuer-certificate-untrusted': () =>
    someFacts({
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: ofOwn }) })]),
      clusters: complete([aReadCluster({}, { cluster: aCluster({ issuer: ofOwn }) })]),
      providers: complete([aProvider({ issuer: ofOwn, thumbprints: [] })]),
      issuers: [anIssuer({ url: ofOwn, host: untrusted })],
      settings: { registeredIssuers: [ofOwn] },
    }),
  'provider-thumbprint-mismatch': () =>
    sees(
      ['ab'.repeat(20)],
      {},
      { roles: usualRole, clusters: complete([aReadCluster()]), runtime: runtime(aProvider().arn, ['Thumbprint']) },
    ),
  'service-account-pod-identity-overrides': () => idle('service-account-pod-identity-overrides'),
  'pod-identity-role-missing': () => associated(gone),
  'pod-identity-role-not-trusting': () => associated(aRole().arn),
  'service-account-role-not-trusting': () =>
    someFacts({
      roles: complete([aRole({ trustPolicy: pay })]),
      clusters: complete([
        aReadCluster({ serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'pay' })]) }),
      ]),
    }),
  'pod-role-not-trusting': () =>
    someFacts({
      roles: complete([aRole({ trustPolicy: pay })]),
      clusters: complete([
        aReadCluster(
          {
            serviceAccounts: complete([
              aServiceAccount({ annotations: {} }),
              aServiceAccount({ name: 'pay', annotations: {} }),
            ]),
            pods: complete([
              aPod({
                containers: [
                  aContainer({
                    irsaEnvironment: { AWS_ROLE_ARN: aRole().arn, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' },
                    mounts: { own: '/tokens' },
                  }),
                ],
                volumes: [{ name: 'own', audience: 'sts.amazonaws.com', path: 'aws' }],
              }),
            ]),
          },
          { podIdentity: complete([]) },
        ),
      ]),
    }),
  'webhook-missing': () => idle('webhook-missing'),
  'webhook-invalid': () => idle('webhook-invalid'),
  'webhook-ca-mismatch': () => idle('webhook-ca-mismatch'),
};

/** The ids of the rules that a person is told as the cause of each pod and each service account. */
const told = (facts: Facts): readonly string[] =>
  clustersOf(facts.snapshot).flatMap(({ cluster, kubernetes: inside }) => {
    if (inside.status === 'unavailable') return [];
    const targets = [
      ...valueOr(inside.value.pods, []).map(one => ({ kind: 'Pod', ...one })),
      ...valueOr(inside.value.serviceAccounts, []).map(one => ({ kind: 'ServiceAccount', ...one })),
    ];
    return targets.flatMap(
      ({ kind, namespace, name }) =>
        whyChain({ facts, clusterArn: cluster.arn, target: { kind, namespace, name } }).cause?.ruleId ?? [],
    );
  });

const judging = [...new Set(stepJudgements.flatMap(({ rules }) => rules.map(({ id }) => id)))];

test.each(judging)('%s is the cause', id => {
  expect(told((worlds[id] ?? examplesOf({ id }).fail.facts)())).toContain(id);
});

describe('where no step fails, these may be the cause, and no others', () => {
  const beyond = [
    ...['cluster-sts-unreachable', 'pod-egress-closed', 'pod-identity-chain-refuses-tags'],
    ...['pod-identity-target-not-trusting', 'pod-static-credentials', 'runtime-assume-failing'],
    ...['runtime-sdk-unsupported', 'service-account-second-role'],
  ];
  const ofRoles = catalog.filter(({ kind }) => kind === 'role' || kind === 'statement').map(({ id }) => id);
  test.each<readonly [Partial<Finding>, 'fine' | 'unread', readonly string[]]>([
    [{ impact: 'breaks', severity: 'medium' }, 'fine', beyond],
    [{ impact: 'breaks', severity: 'low' }, 'fine', ['pod-static-credentials']],
    [{ impact: 'exposes', severity: 'high' }, 'fine', ['pod-static-credentials']],
    [{ impact: 'breaks', severity: 'medium' }, 'unread', [...beyond, ...ofRoles]],
    [{ impact: 'exposes', severity: 'high' }, 'unread', ['pod-static-credentials']],
  ])('%j beside a trust policy that is %s', (over, policy, ids) => {
    const roles = policy === 'fine' ? usualRole : unread;
    const facts = someFacts({ roles, clusters: complete([aReadCluster()]) });
    const target = { kind: 'ServiceAccount', namespace: 'checkout', name: 'cart' };
    const chain = whyChain({ facts, clusterArn: aCluster().arn, target });
    const suspected = catalog.filter(({ id }) => {
      const also = [aFinding({ ...over, ruleId: id })];
      return withLiveSteps({ ...chain, also }, []).suspect !== undefined;
    });
    expect(suspected.map(({ id }) => id).sort()).toEqual([...new Set(ids)].sort());
  });
});

test('a call to STS that succeeds proves provider, audience and trust policy, and no other step that was not read', () => {
  const facts = someFacts({ roles: usualRole, clusters: complete([aReadCluster()]) });
  const target = { kind: 'ServiceAccount', namespace: 'checkout', name: 'cart' };
  const chain = whyChain({ facts, clusterArn: aCluster().arn, target });
  const without = (step: string, live: readonly WhyStep[]) =>
    withLiveSteps(
      {
        ...chain,
        steps: chain.steps.map(one => (one.step === step ? { step: one.step, result: 'unread', because: 'b' } : one)),
      },
      live,
    ).verdict;
  const all = chain.steps.map(({ step }) => step);
  const fineWith = (live: readonly WhyStep[]) => all.filter(step => without(step, live) === 'fine');
  expect(fineWith([{ step: 'live-call', result: 'ok' }])).toEqual(['provider', 'audience', 'trust-policy']);
  expect(fineWith([{ step: 'live-token', result: 'ok' }])).toEqual([]);
  expect(fineWith([{ step: 'live-call', result: 'unread' }])).toEqual([]);
});

test('a thumbprint that AWS does not look at is no cause', () =>
  expect(told(withPod('provider-thumbprint-mismatch'))).toEqual([]));
