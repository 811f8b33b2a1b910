import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { isVersionBelow, podIdentityMinimum, sdksOf } from '../../lib/facts/sdk-version.ts';
import { clustersOf } from '../../lib/facts/subjects-of.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { finishPodIdentity } from '../../lib/plan/pod-identity/finish-pod-identity.ts';
import { podIdentityPlan } from '../../lib/plan/pod-identity/pod-identity-plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { trustPolicyOf } from '../../lib/policy/parse/trust-policy-of.ts';
import { decidePodIdentity, podIdentityActions } from '../../lib/policy/who/pod-identity.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';

const agent = complete([{ name: 'eks-pod-identity-agent' }]);
const path = exampleIssuer.replace('https://', '');
const call = (agents: readonly string[], over: object = {}) => ({
  roleArn: aRole().arn,
  subject: 'system:serviceaccount:checkout:cart',
  region: 'eu-west-1',
  successes: 2,
  failures: [],
  userAgents: agents,
  verificationMethods: [],
  lastAt: '2026-10-31T00:00:00.000Z',
  ...over,
});
const seen = (...events: readonly object[]) =>
  complete({ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T06:00:00.000Z', events: events as never });
const modern = seen(call(['Boto3/1.35.0 md/Botocore#1.35.0']));
const world = (
  cluster: Parameters<typeof aReadCluster>[1] = {},
  over: Parameters<typeof someFacts>[0] = {},
  inside: Parameters<typeof aReadCluster>[0] = {},
): Facts =>
  someFacts({ clusters: complete([aReadCluster(inside, { addons: agent, ...cluster })]), runtime: modern, ...over });
const planOf = (facts: Facts) => podIdentityPlan(facts, clustersOf(facts.snapshot));
const whyOf = (facts: Facts): string => (planOf(facts).notes ?? []).map(({ why }) => why).join(' ');

test('trust, association, restart, in this order; nobody but the service account is trusted, and IRSA stays', () => {
  const facts = world();
  const { steps } = planOf(facts);
  expect(steps.map(({ change, choice }) => [change.kind, choice])).toEqual([
    ['trust-policy', undefined],
    ['association-created', undefined],
    ['pods-restarted', undefined],
  ]);
  const done = steps.slice(0, 1).reduce(afterStep, facts);
  const [role] = done.snapshot.roles.status === 'complete' ? done.snapshot.roles.value : [];
  const parsed = role && trustPolicyOf(role);
  if (role === undefined || !parsed?.ok) throw new Error('no policy');
  const allowed = (namespace: string, serviceAccount: string, cluster = aCluster()) =>
    podIdentityActions.map(
      action =>
        decidePodIdentity(
          parsed.policy,
          {
            roleArn: role.arn,
            clusterArn: cluster.arn,
            clusterName: cluster.name,
            accountId: cluster.accountId,
            namespace,
            serviceAccount,
            sessionTags: true,
          },
          action,
        ).decision,
    );
  expect(allowed('checkout', 'cart')).toEqual(['allow', 'allow']);
  expect(allowed('checkout', 'other')).toEqual(['deny', 'deny']);
  expect(allowed('checkout', 'cart', aCluster({ name: 'depot' }))).toEqual(['deny', 'deny']);
  expect(role.trustPolicy).toContain(`${path}:sub`);
});

test('two service accounts with one role: its policy is set once, with a statement for each', () => {
  const role = aRole({
    trustPolicy: aTrustPolicy({ condition: { StringLike: { [`${path}:sub`]: 'system:serviceaccount:checkout:*' } } }),
  });
  const two = complete([aServiceAccount(), aServiceAccount({ name: 'pay' })]);
  const policies = planOf(world({}, { roles: complete([role]) }, { serviceAccounts: two })).steps.filter(
    ({ change }) => change.kind === 'trust-policy',
  );
  expect(policies).toHaveLength(1);
  expect(policies[0]?.reason).toContain('checkout/cart, checkout/pay');
  expect(policies[0]?.change).toMatchObject({ after: expect.stringMatching(/"cart"[\s\S]*"pay"/) });
});

test('without the agent its add-on comes first; EKS Auto Mode has it built in', () => {
  const kinds = (facts: Facts) => planOf(facts).steps.map(({ change }) => change.kind);
  expect(kinds(world({ addons: complete([]) }))).toEqual([
    'trust-policy',
    'addon-created',
    'association-created',
    'pods-restarted',
  ]);
  expect(kinds(world({ addons: complete([]), cluster: aCluster({ autoMode: true }) }))).not.toContain('addon-created');
});

const denied = unavailable<never>({ kind: 'denied', operation: 'list', message: 'no' });

test.each([
  [4999, 1],
  [5000, 0],
])('a cluster with %s associations takes %s more', (count, made) => {
  const podIdentity = complete(
    Array.from({ length: count }, (_, at) => ({ id: `a-${at}`, namespace: 'other', serviceAccount: `s-${at}` })),
  );
  const { steps } = planOf(world({ podIdentity }));
  expect(steps.filter(({ change }) => change.kind === 'association-created')).toHaveLength(made);
});

test.each<[string, Facts, RegExp]>([
  [
    'a Deny that may concern it',
    world(
      {},
      {
        roles: complete([
          aRole({
            trustPolicy: JSON.stringify({
              Statement: [
                ...JSON.parse(aTrustPolicy()).Statement,
                {
                  ...{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' },
                  Condition: { IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } },
                },
              ],
            }),
          }),
        ]),
      },
    ),
    /It is not certain that it can assume checkout-cart today, and nobody gains a role by a move/,
  ],
  ['a pod on Fargate', world({}, {}, { pods: complete([aPod({ onFargate: true })]) }), /runs on Fargate/],
  ['a pod on Windows', world({}, {}, { pods: complete([aPod({ isWindows: true })]) }), /runs on Windows/],
  ['pods that were not read', world({}, {}, { pods: denied }), /pods of shop were not all read/],
  ['a cluster on Outposts', world({ cluster: (({ issuer: _, ...rest }) => rest)(aCluster()) }), /Outposts/],
  [
    'a role of another account',
    world(
      {},
      {},
      {
        serviceAccounts: complete([
          aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::444455556666:role/x' } }),
        ]),
      },
    ),
    /targetRoleArn/,
  ],
  ['an SDK that is too old', world({}, { runtime: seen(call(['Boto3/1.34.40'])) }), /boto3 1.34.40 is below 1.34.41/],
  [
    'a test without an equal',
    world(
      {},
      {
        roles: complete([
          aRole({
            trustPolicy: aTrustPolicy({
              condition: {
                StringEquals: { [`${path}:sub`]: 'system:serviceaccount:checkout:cart' },
                IpAddress: { 'aws:SourceIp': '52.0.0.0/8' },
              },
            }),
          }),
        ]),
      },
    ),
    /tests aws:SourceIp, which has no equal/,
  ],
  [
    'a role that refuses it today',
    world(
      {},
      { roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:other' }) })]) },
    ),
    /not certain that it can assume checkout-cart today/,
  ],
  ['a role without its provider', world({}, { providers: complete([]) }), /not certain that it can assume/],
  [
    'an audience of its own',
    world(
      {},
      {},
      {
        serviceAccounts: complete([
          aServiceAccount({
            annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': 'vault' },
          }),
        ]),
      },
    ),
    /audience "vault"/,
  ],
  [
    'a Deny of the service',
    world(
      {},
      {
        roles: complete([
          aRole({
            trustPolicy: JSON.stringify({
              Version: '2012-10-17',
              Statement: [
                ...JSON.parse(aTrustPolicy()).Statement,
                { Effect: 'Deny', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: '*' },
              ],
            }),
          }),
        ]),
      },
    ),
    /a Deny refuses it/,
  ],
  ['associations that were not read', world({ podIdentity: denied }), /Not all of it was read/],
  ['a cluster that is being made', world({ cluster: aCluster({ status: 'CREATING' }) }), /It is CREATING/],
  ['an agent of which nothing was read', world({ addons: denied }), /whether the agent runs was not read \(list: no\)/],
  [
    'a provider that does not take its tokens',
    world({}, { providers: complete([aProvider({ audiences: ['app'] })]) }),
    /not certain that it can assume/,
  ],
  [
    'an association with another role',
    world({
      podIdentity: complete([
        { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: 'arn:aws:iam::111122223333:role/y' },
      ]),
    }),
    /has an association with/,
  ],
  [
    'a second role that refuses session tags',
    world(
      {},
      {
        roles: complete([
          aRole(),
          aRole({
            name: 'second',
            trustPolicy: JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Principal: { AWS: aRole().arn }, Action: 'sts:AssumeRole' }],
            }),
          }),
        ]),
      },
    ),
    /without sts:TagSession/,
  ],
  [
    'an add-on',
    world(
      {
        addons: complete([
          ...(agent.status === 'complete' ? agent.value : []),
          { name: 'vpc-cni', detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false } },
        ]),
      },
      {},
      { serviceAccounts: complete([aServiceAccount({ namespace: 'kube-system', name: 'aws-node' })]) },
    ),
    /update-addon .*--pod-identity-associations serviceAccount=aws-node/,
  ],
  [
    'a role of eksctl',
    world(
      {},
      {
        roles: complete([
          aRole({
            detail: complete({
              attachedPolicyArns: [],
              isAdministrator: false,
              tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
            }),
          }),
        ]),
      },
    ),
    /eksctl utils migrate-to-pod-identity --cluster shop/,
  ],
])('%s: no step, and why', (_, facts, why) => {
  expect(planOf(facts).steps).toEqual([]);
  expect(whyOf(facts)).toMatch(why);
});

test.each<[string, Facts]>([
  ['CloudTrail was not read', world({}, { runtime: denied })],
  ['no call was seen', world({}, { runtime: seen() })],
  ['a user agent tells no SDK', world({}, { runtime: seen(call(['curl/8'])) })],
  ['an SDK whose numbering is not that of the list', world({}, { runtime: seen(call(['aws-sdk-go-v2/1.30.0'])) })],
  ['a call without a user agent', world({}, { runtime: seen(call([])) })],
  ['an old SDK whose calls failed', world({}, { runtime: seen(call(['Boto3/1.34.40'], { successes: 0 })) })],
])('%s: a person confirms the SDK', (_, facts) => {
  expect(planOf(facts).steps.find(({ change }) => change.kind === 'association-created')?.choice).toMatch(
    /Confirm that its programs have an SDK/,
  );
});

test.each([
  ['aws-cli/1.29.9', true],
  ['aws-cli/1.30.0', false],
  ['aws-cli/2.14.9', true],
  ['aws-cli/2.15.0', false],
  ['aws-sdk-java/2.21.29', true],
  ['aws-sdk-java/1.12.746', false],
  ['aws-sdk-js/3.458.0', false],
  ['aws-sdk-nodejs/2.1549.0', true],
  ['aws-sdk-ruby3/3.188.0', false],
  ['aws-sdk-go/1.47.10', true],
])('%s is too old for EKS Pod Identity: %s', (userAgent, isOld) => {
  const [sdk] = sdksOf(userAgent);
  expect(sdk && isVersionBelow(sdk.version, podIdentityMinimum(sdk) ?? '0')).toBe(isOld);
});

describe('the statement for tokens', () => {
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...JSON.parse(aTrustPolicy()).Statement,
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
    ],
  });
  const gap = { what: 'a-2', reason: { kind: 'denied', operation: 'list', message: 'no' } } as const;
  const association = complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn }]);
  const moved = (
    over: Parameters<typeof someFacts>[0] = {},
    podIdentity: ClusterSnapshot['podIdentity'] = association,
    pods = [aPod({ containers: [] })],
  ) => {
    const regions = [
      { region: 'eu-west-1', clusters: complete([aReadCluster({ pods: complete(pods) }, { podIdentity })]) },
      { region: 'us-east-1', clusters: complete([]) },
    ];
    return someFacts({ roles: complete([aRole({ trustPolicy: trust })]), regions, runtime: seen(), ...over });
  };
  const accounts = ['cart', 'pay'].map(name => `system:serviceaccount:checkout:${name}`);
  const finish = (facts: Facts) => finishPodIdentity(facts, clustersOf(facts.snapshot), 7);
  test('goes where no token got the role, and the one of Pod Identity stays', () => {
    const { steps } = finish(moved());
    expect(steps).toHaveLength(1);
    const [change] = steps.map(one => one.change);
    expect(change).toMatchObject({ kind: 'trust-policy', after: expect.not.stringContaining(path) });
    expect(change).toMatchObject({ after: expect.stringContaining('pods.eks.amazonaws.com') });
  });
  test.each<[string, Facts, RegExp]>([
    ['a token got it', moved({ runtime: seen(call([])) }), /shows a use/],
    ['CloudTrail was not read', moved({ runtime: denied }), /CloudTrail was not read/],
    ['a pod still has it', moved({}, association, [aPod()]), /has the role now/],
    [
      'another service account may have it',
      moved({
        roles: complete([
          aRole({ trustPolicy: trust.replace('checkout:cart', 'checkout:*').replace('StringEquals', 'StringLike') }),
        ]),
      }),
      /checkout:\*.* can assume it by a token of shop and has no association/,
    ],
    [
      'the second of two associations is not allowed without it',
      moved(
        {
          roles: complete([
            aRole({
              trustPolicy: trust
                .replace('"system:serviceaccount:checkout:cart"', `["${accounts.join('","')}"]`)
                .replace(
                  '"sts:TagSession"]',
                  '"sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestTag/kubernetes-service-account":"cart"}}',
                ),
            }),
          ]),
        },
        complete(
          ['cart', 'pay'].map(serviceAccount => ({
            ...{ id: `a-${serviceAccount}`, namespace: 'checkout', serviceAccount, roleArn: aRole().arn },
          })),
        ),
      ),
      /^It stays: it is not certain that checkout-cart allows the association of checkout\/pay without it \(/,
    ],
    [
      'the associations were read in part',
      moved({}, withGaps(association.status === 'complete' ? association.value : [], [gap])),
      /associations of shop were not all read/,
    ],
  ])('%s: it stays, and why', (_, facts, why) => {
    const { steps, notes = [] } = finish(facts);
    expect(steps).toEqual([]);
    expect(notes.map(note => note.why).join()).toMatch(why);
  });
  test('a role that has not moved is not spoken of', () => {
    expect(finish(moved({}, complete([])))).toMatchObject({ steps: [], notes: [] });
  });
});
