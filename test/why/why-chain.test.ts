import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import {
  type Collected,
  complete,
  notAskedFor,
  type ReadFailure,
  unavailable,
  withGaps,
} from '../../lib/model/collected.ts';
import { type KubernetesFacts, otherNamespaces, type Pod, type PodContainer } from '../../lib/model/kubernetes.ts';
import { renderWhy } from '../../lib/why/render-why.ts';
import { whyChain, withLiveSteps } from '../../lib/why/why-chain.ts';
import { aContainer, aPod, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { aPolicy, aPort } from '../support/example-network.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleAccountId } from '../support/example-world.ts';
import { account, aWhyWorld, wholeChainOf as chainOf, deployment, marksOf, pod } from './why-worlds.ts';

const denied: ReadFailure = { kind: 'denied', operation: 'list it', message: 'no', permission: 'to list it' };
const role = (name: string, accountId = exampleAccountId): string => `arn:aws:iam::${accountId}:role/${name}`;
const annotated = (annotations: Record<string, string>) => complete([aServiceAccount({ annotations })]);
const roleKey = 'eks.amazonaws.com/role-arn';
const bare: PodContainer = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });
const bareContainer = { containers: [bare], volumes: [] };
const withRole = (arn: string): PodContainer =>
  aContainer({ irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: arn } });
/** All that the webhook of EKS sets. */
const wholeForm: PodContainer = aContainer({
  awsVariables: [...aContainer().awsVariables, 'AWS_STS_REGIONAL_ENDPOINTS', 'AWS_REGION'],
});
/** A role that the pod's template sets, with a token of its own. */
const own = { name: 'own', audience: 'sts.amazonaws.com', path: 'aws' };
const byHand = (arn: string): PodContainer =>
  aContainer({
    irsaEnvironment: { AWS_ROLE_ARN: arn, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' },
    mounts: { own: '/tokens' },
  });
const pods = (...over: readonly Partial<Pod>[]) => complete(over.map(one => aPod(one)));
const byPodIdentity: Partial<Pod> = {
  containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
  volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'token' }],
};
const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: role('other') };
const agent = complete([{ name: 'eks-pod-identity-agent' }]);
const forPods = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});
/** An association with what it presupposes: the agent, and a role for pods. */
const podIdentity = {
  cluster: { podIdentity: complete([association]), addons: agent },
  roles: complete([aRole(), aRole({ name: 'other', arn: role('other'), trustPolicy: forPods })]),
};
const call = { roleArn: role('checkout-cart'), region: 'eu-west-1', userAgents: [], verificationMethods: [] };
const runtime = (...events: readonly object[]) =>
  complete({
    from: '2026-10-31T00:00:00.000Z',
    to: '2026-11-01T00:00:00.000Z',
    events: events.map(one => ({
      ...call,
      subject: 'system:serviceaccount:checkout:cart',
      successes: 0,
      failures: [],
      lastAt: '2026-10-31T12:00:00.000Z',
      ...one,
    })),
  });
const refusal = { errorCode: 'AccessDenied', errorMessage: 'no', count: 1, lastAt: '2026-10-31T12:00:00.000Z' };

const text = (chain: ReturnType<typeof chainOf>): string =>
  renderWhy(
    chain,
    { subject: 'pod', place: 'here' },
    { colour: false, width: 80 },
    { ok: '+', failed: 'x', unread: '?' },
  );

test('a provider that takes no audience says so', () => {
  const chain = chainOf(aWhyWorld({ providers: complete([aProvider({ audiences: [] })]) }));
  expect(text(chain)).toContain('the provider takes none');
});

const { issuer: _unknown, createdAt: _when, version: _of, ...withoutIssuer } = aCluster();

describe('the chain of a pod', () => {
  test.each<readonly [what: string, facts: Facts, marks: string, cause: string | undefined]>([
    [
      'on Fargate',
      aWhyWorld({ inside: { pods: pods({ labels: { 'eks.amazonaws.com/fargate-profile': 'fp' } }) } }),
      '++++++++.',
      undefined,
    ],
    [
      'that names its role by a reference',
      aWhyWorld({ inside: { pods: pods({ containers: [withRole('')] }) } }),
      '+++?++++.',
      undefined,
    ],
    [
      'of which one container names another role',
      aWhyWorld({
        inside: { pods: pods({ containers: [aContainer(), { ...withRole(role('other')), name: 'late' }] }) },
      }),
      '+++?++++.',
      undefined,
    ],
    [
      'of a cluster whose issuer nobody tells',
      aWhyWorld({ inside: { issuer: unavailable(denied) }, cluster: { cluster: withoutIssuer } }),
      '+++++???.',
      undefined,
    ],
    ['that is healthy', aWhyWorld(), '++++++++.', undefined],
    [
      'whose service account names no role',
      aWhyWorld({ inside: { serviceAccounts: annotated({}), pods: pods(bareContainer) } }),
      '++x??????',
      'names no role',
    ],
    [
      'whose role is annotated on the pod alone',
      aWhyWorld({
        inside: {
          serviceAccounts: annotated({}),
          pods: pods({ ...bareContainer, annotations: { [roleKey]: role('checkout-cart') } }),
        },
      }),
      '++x??????',
      'on its pods, where the webhook ignores it',
    ],
    [
      'whose annotation was removed after it started',
      aWhyWorld({
        inside: { serviceAccounts: annotated({}), pods: pods({ containers: [wholeForm] }) },
        cluster: { podIdentity: complete([]) },
      }),
      '++x??????',
      'no longer names',
    ],
    [
      'that sets a role itself, which trusts it',
      aWhyWorld({
        inside: {
          serviceAccounts: annotated({}),
          pods: pods({ containers: [byHand(role('checkout-cart'))], volumes: [own] }),
        },
        cluster: { podIdentity: complete([]) },
      }),
      '++???????',
      undefined,
    ],
    [
      'that sets a role itself, which trusts another service account',
      aWhyWorld({
        inside: {
          serviceAccounts: annotated({}),
          pods: pods({ containers: [byHand(role('basket'))], volumes: [own] }),
        },
        cluster: { podIdentity: complete([]) },
        roles: complete([
          aRole(),
          aRole({
            name: 'basket',
            arn: role('basket'),
            trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:basket' }),
          }),
        ]),
      }),
      '++?????x?',
      'does not trust its service account',
    ],
    [
      'that is older than its Pod Identity association',
      aWhyWorld({
        inside: { serviceAccounts: annotated({}), pods: pods({ ...bareContainer, createdAt: '2026-10-01T00:00:00Z' }) },
        ...podIdentity,
        cluster: {
          ...podIdentity.cluster,
          podIdentity: complete([{ ...association, createdAt: '2026-10-20T00:00:00Z' }]),
        },
      }),
      '++?x?????',
      'older than the Pod Identity association',
    ],
    [
      'whose role annotation is empty',
      aWhyWorld({ inside: { serviceAccounts: annotated({ [roleKey]: '' }), pods: pods(bareContainer) } }),
      '++x??????',
      'names no role',
    ],
    [
      'whose service account is not there',
      aWhyWorld({ inside: { serviceAccounts: complete([]), pods: pods(bareContainer) } }),
      '+x???????',
      'does not exist',
    ],
    [
      'that the webhook left alone',
      aWhyWorld({ inside: { pods: pods(bareContainer) } }),
      '+++x?+++.',
      'runs without role',
    ],
    [
      'that opts out by its label',
      aWhyWorld({
        inside: { pods: pods({ ...bareContainer, labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' } }) },
      }),
      '+++x?+++.',
      'opts out of the webhook',
    ],
    [
      'whose only container is skipped, though the webhook mounts its token',
      aWhyWorld({
        inside: {
          pods: pods({
            containers: bareContainer.containers,
            annotations: { 'eks.amazonaws.com/skip-containers': 'app' },
          }),
        },
      }),
      '+++x++++.',
      'eks.amazonaws.com/skip-containers names all of them',
    ],
    [
      'that is a static pod of a node',
      aWhyWorld({ inside: { pods: pods({ ...bareContainer, isMirror: true }) } }),
      '+++??+++.',
      undefined,
    ],
    [
      'with a role of before',
      aWhyWorld({ inside: { pods: pods({ containers: [withRole(role('old'))] }) } }),
      '+++x++++.',
      'runs with role old',
    ],
    [
      'with one container left out',
      aWhyWorld({ inside: { pods: pods({ containers: [aContainer(), { ...bare, name: 'late' }] }) } }),
      '+++x++++.',
      'late',
    ],
    [
      'with access keys beside the role',
      aWhyWorld({
        inside: {
          pods: pods({
            containers: [aContainer({ awsVariables: [...aContainer().awsVariables, 'AWS_ACCESS_KEY_ID'] })],
          }),
        },
      }),
      '+++x++++.',
      'access keys',
    ],
    [
      'with Pod Identity and no annotation',
      aWhyWorld({ inside: { serviceAccounts: annotated({}), pods: pods(byPodIdentity) }, ...podIdentity }),
      '++???????',
      undefined,
    ],
    [
      'with Pod Identity by an association whose role was not read',
      aWhyWorld({
        inside: { serviceAccounts: annotated({}), pods: pods(byPodIdentity) },
        ...podIdentity,
        cluster: {
          ...podIdentity.cluster,
          podIdentity: withGaps(
            [{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }],
            [{ what: 'a-1', reason: denied }],
          ),
        },
      }),
      '++???????',
      undefined,
    ],
    [
      'with Pod Identity and no agent on its node',
      aWhyWorld({
        inside: { serviceAccounts: annotated({}), pods: pods(byPodIdentity) },
        ...podIdentity,
        cluster: { ...podIdentity.cluster, addons: complete([]) },
      }),
      '++?x?????',
      'no EKS Pod Identity Agent',
    ],
    [
      'with Pod Identity in place of the annotated role',
      aWhyWorld({ inside: { pods: pods(byPodIdentity) }, ...podIdentity }),
      '++?x?????',
      'by Pod Identity',
    ],
    [
      'whose template names a token of another audience, beside that of the webhook',
      aWhyWorld({
        inside: {
          pods: pods({
            containers: [{ ...byHand(role('checkout-cart')), awsVariables: wholeForm.awsVariables }],
            volumes: [...aPod().volumes, { ...own, audience: 'vault' }],
          }),
        },
      }),
      '+++x?+++.',
      'vault',
    ],
    [
      'whose token was asked for before the audience changed',
      aWhyWorld({
        inside: {
          serviceAccounts: annotated({ [roleKey]: role('checkout-cart'), 'eks.amazonaws.com/audience': 'team' }),
        },
        providers: complete([aProvider({ audiences: ['team'] })]),
        roles: complete([aRole({ trustPolicy: aTrustPolicy().replace('sts.amazonaws.com', 'team') })]),
      }),
      '+++x?+++.',
      'audience',
    ],
    ['without provider', aWhyWorld({ providers: complete([]) }), '+++++x?+.', 'no OIDC provider'],
    [
      'whose provider takes another audience',
      aWhyWorld({ providers: complete([aProvider({ audiences: ['sts.amazonaws.com.cn'] })]) }),
      '++++++x+.',
      'sts.amazonaws.com.cn',
    ],
    ['whose role does not exist', aWhyWorld({ roles: complete([]) }), '+++++++x.', 'does not exist'],
    [
      'that the role does not trust',
      aWhyWorld({
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:basket:cart' }) })]),
      }),
      '+++++++x.',
      'annotated with the role and not trusted',
    ],
    [
      'whose subject has a wildcard that is none',
      aWhyWorld({
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:*' }) })]),
      }),
      '+++++++x.',
      '*',
    ],
    [
      'whose trust policy is no policy',
      aWhyWorld({ roles: complete([aRole({ trustPolicy: '{' })]) }),
      '+++++++x.',
      'not a valid JSON policy',
    ],
    [
      'whose trust policy wants an audience that nobody has',
      aWhyWorld({ roles: complete([aRole({ trustPolicy: aTrustPolicy().replace('sts.amazonaws.com', 'nobody') })]) }),
      '+++++++x.',
      'excludes every audience',
    ],
    [
      'whose trust policy depends on the request',
      aWhyWorld({
        roles: complete([
          aRole({ trustPolicy: aTrustPolicy({ condition: { IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } } }) }),
        ]),
      }),
      '+++++++?.',
      undefined,
    ],
    [
      'with a role of an account that was not read',
      aWhyWorld({
        inside: {
          serviceAccounts: annotated({ [roleKey]: role('checkout-cart', '444455556666') }),
          pods: pods({ containers: [withRole(role('checkout-cart', '444455556666'))] }),
        },
      }),
      '+++++???.',
      undefined,
    ],
  ])('%s', (what, facts, marks, cause) => {
    const chain = chainOf(facts);
    expect(marksOf(chain)).toBe(marks);
    expect(chain.cause?.message ?? '').toContain(cause ?? '');
    expect(chain.verdict).toBe(marks.includes('x') ? 'cause' : marks.includes('?') ? 'undecided' : 'fine');
    expect(chain.usesPodIdentity).toBe(what.startsWith('with Pod Identity'));
  });

  test('a fault of a statement for somebody else is told beside the chain, and is no cause', () => {
    const policy = JSON.parse(aTrustPolicy());
    const open = {
      ...policy.Statement[0],
      Condition: { StringEquals: { [`${aCluster().issuer?.slice(8)}:aud`]: 'sts.amazonaws.com' } },
    };
    const trustPolicy = JSON.stringify({ ...policy, Statement: [...policy.Statement, open] });
    const chain = chainOf(aWhyWorld({ roles: complete([aRole({ trustPolicy })]) }));
    expect(chain.verdict).toBe('fine');
    expect(chain.also.map(({ ruleId }) => ruleId)).toContain('trust-any-subject');
  });

  test('a cause that a cluster-wide fault explains is that fault, told once', () => {
    const facts = aWhyWorld({ inside: { pods: pods(bareContainer), webhook: complete(undefined) } });
    const chain = chainOf(facts);
    expect(chain.cause?.ruleId).toBe('webhook-missing');
    expect(chain.also.map(({ ruleId }) => ruleId)).not.toContain('pod-not-injected');
  });
});

describe('causes beyond the pod itself', () => {
  const missed = (over: Partial<KubernetesFacts> = {}): Facts =>
    aWhyWorld({ inside: { pods: pods(bareContainer), ...over } });

  test.each<[string, Facts, string]>([
    [
      'the webhook trusts another authority than the one of the cluster',
      missed({
        webhook: complete(
          aWebhook({
            caCertificates: complete([
              {
                subject: 'CN=before',
                sha256: 'd'.repeat(64),
                notBefore: '2026-01-10T09:00:00.000Z',
                notAfter: '2036-01-08T09:00:00.000Z',
              },
            ]),
          }),
        ),
      }),
      'webhook-ca-mismatch',
    ],
    ['the webhook has no rule for pods', missed({ webhook: complete(aWebhook({ rules: [] })) }), 'webhook-invalid'],
    [
      'the webhook stopped: pods of two workloads were missed',
      aWhyWorld({
        inside: {
          serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-02-01T00:00:00Z' })]),
          pods: pods(
            { name: 'job-1', owner: { kind: 'Deployment', name: 'job' }, createdAt: '2026-10-01T10:00:00Z' },
            { ...bareContainer, createdAt: '2026-10-02T10:00:00Z' },
            {
              ...{ ...bareContainer, name: 'web-1', createdAt: '2026-10-03T10:00:00Z' },
              owner: { kind: 'Deployment', name: 'web' },
            },
          ),
        },
      }),
      'webhook-not-injecting',
    ],
  ])('%s: the cause, not something found beside it', (_title, facts, ruleId) => {
    const chain = chainOf(facts);
    expect([chain.verdict, chain.cause?.ruleId]).toEqual(['cause', ruleId]);
    expect(chain.also.map(one => one.ruleId)).not.toContain(ruleId);
  });

  test('the service account of an add-on gets its role by the add-on', () => {
    const name = 'ebs-csi-controller-sa';
    const of = { namespace: 'kube-system', serviceAccount: name };
    const trustPolicy = aTrustPolicy({ subject: `system:serviceaccount:kube-system:${name}` });
    const facts = aWhyWorld({
      inside: {
        serviceAccounts: complete([aServiceAccount({ namespace: 'kube-system', name, annotations: {} })]),
        pods: pods({
          ...bareContainer,
          ...of,
          name: 'ebs-1',
          owner: { kind: 'Deployment', name: 'ebs-csi-controller' },
        }),
      },
      cluster: {
        podIdentity: complete([]),
        addons: complete([
          {
            name: 'aws-ebs-csi-driver',
            detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false },
          },
        ]),
      },
      roles: complete([aRole({ trustPolicy })]),
    });
    const { cause } = chainOf(facts, { kind: 'Pod', namespace: 'kube-system', name: 'ebs-1' });
    expect(cause?.fix.commands.join()).toMatch(/aws eks update-addon .*--addon-name aws-ebs-csi-driver /);
    expect(cause?.fix.commands.join()).not.toContain('annotate');
  });

  test.each<[string, string, RegExp | undefined]>([
    [
      'a role of this name that trusts the account',
      aTrustPolicy(),
      /has a role of this name that was made for this service account/,
    ],
    ['a role of this name for somebody else', aTrustPolicy({ subject: 'system:serviceaccount:a:b' }), undefined],
  ])('a role of an account that is not read, where this account has %s', (_title, trustPolicy, told) => {
    const elsewhere = role('checkout-cart', '444455556666');
    const facts = aWhyWorld({
      inside: {
        serviceAccounts: annotated({ [roleKey]: elsewhere }),
        pods: pods({ containers: [withRole(elsewhere)] }),
      },
      roles: complete([aRole({ trustPolicy })]),
    });
    const step = chainOf(facts).steps.find(one => one.step === 'trust-policy');
    expect(step?.because).toMatch(told ?? /444455556666/);
    if (told === undefined) expect(step?.because).not.toContain('made for this');
  });

  test('a policy that keeps the pod from STS may be the cause: who enforces it runs beside the pod', () => {
    const enforcer = aPod({
      name: 'aws-node-1',
      namespace: 'kube-system',
      serviceAccount: 'aws-node',
      enforcesPolicies: true,
    });
    const inside = { pods: complete([aPod(), enforcer]), podNetwork: complete({ policies: [aPolicy()], groups: [] }) };
    expect(chainOf(aWhyWorld({ inside })).suspect?.ruleId).toBe('pod-egress-closed');
    expect(chainOf(aWhyWorld({ inside: { ...inside, pods: complete([aPod()]) } })).suspect).toBeUndefined();
  });

  const whole = { controlPolicies: complete([]), runtime: runtime({ successes: 1 }) };

  test('with all of it read and a call that succeeded nothing is wrong', () => {
    expect(text(chainOf(aWhyWorld(whole)))).toContain('Nothing is wrong in this chain.');
  });

  test.each<[string, Parameters<typeof aWhyWorld>[0]]>([
    ['the pod runs on the role of its node', { inside: { pods: pods(bareContainer) } }],
    ['it is a static pod', { inside: { pods: pods({ ...bareContainer, isMirror: true }) } }],
    ['pods were not read', { inside: { pods: unavailable(denied) } }],
    ['service accounts were not read', { inside: { serviceAccounts: unavailable(denied) } }],
    ['the roles were not read', { roles: unavailable(denied) }],
    ['the providers were not read', { providers: unavailable(denied) }],
    ['CloudTrail was refused', { runtime: unavailable(denied) }],
    ['CloudTrail saw no call', { runtime: runtime() }],
    ['nobody asked for resource control policies', { controlPolicies: notAskedFor('list them') }],
  ])('it is not said that nothing is wrong while %s', (_title, over) => {
    expect(text(chainOf(aWhyWorld({ ...whole, ...over })))).not.toContain('Nothing is wrong');
  });
});

describe('other targets', () => {
  const two = pods({ name: 'cart-1' }, { name: 'cart-2', ...bareContainer });

  test('of pods that differ each is judged by itself, and their owner by all of them', () => {
    const facts = aWhyWorld({ inside: { pods: two } });
    expect(marksOf(chainOf(facts, { ...pod, name: 'cart-1' }))).toBe('++++++++.');
    expect(marksOf(chainOf(facts, { ...pod, name: 'cart-2' }))).toBe('+++x?+++.');
    const whole = chainOf(facts, deployment);
    expect(marksOf(whole)).toBe('+++x?+++.');
    expect(whole.steps[3]?.seen).toBe('1 of 2 pods with a role: checkout-cart');
  });

  test('of pods of which one is a static pod of a node the others are judged', () => {
    const both = pods({}, { ...bareContainer, name: 'cart-node-a', isMirror: true });
    const chain = chainOf(aWhyWorld({ inside: { pods: both } }), account);
    expect(chain.steps.find(({ step }) => step === 'injection')).toEqual({
      ...{ step: 'injection', result: 'ok', seen: '1 of 2 pods with a role: checkout-cart' },
    });
  });

  test('a service account without pods is judged by the webhook, and its pods are nothing that was missed', () => {
    const none = { pods: complete([]) };
    expect(marksOf(chainOf(aWhyWorld({ inside: none }), account))).toBe('.+++.+++.');
    const broken = complete(aWebhook({ rules: [] }));
    const chain = chainOf(aWhyWorld({ inside: { ...none, webhook: broken } }), account);
    expect(marksOf(chain)).toBe('.++x.+++.');
    expect(chain.cause?.ruleId).toBe('webhook-invalid');
  });

  test('while a roll-out changes the service account, the newest pods are the ones asked about', () => {
    const old = { name: 'cart-1', serviceAccount: 'before', createdAt: '2026-09-01T00:00:00.000Z' };
    const chain = chainOf(aWhyWorld({ inside: { pods: pods(old, {}) } }), deployment);
    expect(chain.serviceAccount).toBe('cart');
    expect(chain.steps[0]?.seen).toBe('1 pod: cart-7d9f6c5b8-x2x4z; others run as before');
  });

  test('a cluster that the facts do not have is an error of the caller', () => {
    expect(() => chainOf(aWhyWorld({ clusters: complete([]) }))).toThrow(RangeError);
  });
});

test('an issuer that is not known is said with the reason, where there is one', () => {
  const because = (inside: Partial<KubernetesFacts>) =>
    chainOf(aWhyWorld({ inside, cluster: { cluster: withoutIssuer } })).steps.flatMap(step =>
      step.step === 'provider' ? [step.because] : [],
    );
  expect(because({ issuer: unavailable(denied) })).toEqual([expect.stringContaining('not known: list it: no')]);
});

test('beside a service account without a role those of its own namespace are named, and no others', () => {
  const annotations = { [roleKey]: role('checkout-cart') };
  const serviceAccounts = complete([
    aServiceAccount({ annotations: {} }),
    aServiceAccount({ name: 'pay', annotations }),
    aServiceAccount({ name: 'elsewhere', namespace: 'store', annotations }),
  ]);
  const roles = complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:pay' }) })]);
  const { cause } = chainOf(aWhyWorld({ roles, inside: { serviceAccounts, pods: pods(bareContainer) } }));
  expect(cause?.evidence).toContainEqual(
    expect.objectContaining({ what: 'service accounts of namespace checkout with a role', got: 'pay' }),
  );
});

describe('the role for a service account without one', () => {
  const noRole = { serviceAccounts: annotated({}), pods: pods(bareContainer) };

  test('is the one that trusts it alone, and a person decides', () => {
    const { fix } = chainOf(aWhyWorld({ inside: noRole })).cause ?? {};
    expect(fix?.commands[0]).toBe(
      `kubectl --context ${aCluster().arn} --namespace checkout annotate --overwrite -- serviceaccount/cart ${roleKey}=${role('checkout-cart')}`,
    );
    expect(fix?.choice).toContain('Whether');
  });

  test('is none that trusts every service account', () => {
    const trustPolicy = aTrustPolicy({
      condition: { StringEquals: { [`${aCluster().issuer?.slice(8)}:aud`]: 'sts.amazonaws.com' } },
    });
    const { fix } = chainOf(aWhyWorld({ inside: noRole, roles: complete([aRole({ trustPolicy })]) })).cause ?? {};
    expect(fix?.commands).toEqual([]);
  });

  test('is never given to default: the pods are to name the service account that has one', () => {
    const inside = {
      serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'default', annotations: {} })]),
      pods: pods({ ...bareContainer, serviceAccount: 'default' }),
    };
    const { fix } = chainOf(aWhyWorld({ inside }), deployment).cause ?? {};
    expect(fix?.commands).toEqual([
      `kubectl --context ${aCluster().arn} --namespace checkout set serviceaccount -- deployment/cart cart`,
    ]);
  });
});

describe('the last call', () => {
  test.each<readonly [what: string, events: readonly object[], last: string, verdict: string]>([
    ['that succeeded', [{ successes: 3 }], '+', 'fine'],
    ['that was refused', [{ failures: [refusal] }], 'x', 'cause'],
    [
      'that succeeded after a refusal',
      [{ successes: 1, failures: [{ ...refusal, lastAt: '2026-10-31T11:00:00.000Z' }] }],
      '+',
      'fine',
    ],
    ['of another service account', [{ successes: 1, subject: 'system:serviceaccount:checkout:other' }], '.', 'fine'],
  ])('%s', (_, events, last, verdict) => {
    const chain = chainOf(aWhyWorld({ runtime: runtime(...events) }));
    expect([marksOf(chain).at(-1), chain.verdict]).toEqual([last, verdict]);
  });

  test.each<
    readonly [
      what: string,
      lastUse: Collected<string | undefined>,
      inside: Partial<Pod>,
      verdict: string,
      because: RegExp,
    ]
  >([
    [
      'a role that was never used, though its pod is a month old',
      complete(undefined),
      {},
      'undecided',
      /never used, though cart-.* since 2026-10-01/,
    ],
    [
      'a role that was never used, of a pod of today',
      complete(undefined),
      { createdAt: '2026-11-01T05:00:00.000Z' },
      'fine',
      /never used so far/,
    ],
    [
      'a role that was never used, of a pod of a day',
      complete(undefined),
      { createdAt: '2026-10-31T06:00:00.000Z' },
      'fine',
      /never used so far/,
    ],
    [
      'a role that was never used, of a pod of more than a day',
      complete(undefined),
      { createdAt: '2026-10-31T05:59:59.000Z' },
      'undecided',
      /never used, though cart-.* since 2026-10-31/,
    ],
    ['a role that somebody used', complete('2026-10-30T00:00:00.000Z'), {}, 'fine', /used the role on 2026-10-30/],
    ['a role whose last use may not be read', unavailable(denied), {}, 'fine', /CloudTrail was not read/],
  ])('without CloudTrail: %s', (_, lastUse, inside, verdict, because) => {
    const facts = aWhyWorld({ inside: { pods: pods(inside) } });
    const chain = whyChain({ target: pod, facts, clusterArn: aCluster().arn, lastUse });
    expect([chain.verdict, chain.steps.at(-1)?.because]).toEqual([verdict, expect.stringMatching(because)]);
  });

  test.each<readonly [what: string, lastUse: Collected<string | undefined>, inside: Partial<Pod>, last: object]>([
    [
      'never used, though its pod is a month old',
      complete(undefined),
      {},
      { result: 'unread', because: expect.stringMatching(/never used, though cart-.* since 2026-10-01/) },
    ],
    [
      'never used, of a pod of today',
      complete(undefined),
      { createdAt: '2026-11-01T05:00:00.000Z' },
      { result: 'unread', because: 'the role was never used so far', optional: true },
    ],
    [
      'that somebody used',
      complete('2026-10-30T00:00:00.000Z'),
      {},
      { result: 'unread', because: 'IRSA is not used; somebody used the role on 2026-10-30', optional: true },
    ],
    ['whose last use may not be read', unavailable(denied), {}, { result: 'unread', because: 'IRSA is not used' }],
  ])('of a role by Pod Identity %s', (_, lastUse, inside, last) => {
    const facts = aWhyWorld({
      inside: { serviceAccounts: annotated({}), pods: pods({ ...byPodIdentity, ...inside }) },
      ...podIdentity,
    });
    const chain = whyChain({ target: pod, facts, clusterArn: aCluster().arn, lastUse });
    expect(chain.steps.at(-1)).toEqual({ step: 'last-call', ...last });
  });

  test('that policies may keep from STS is not decided', () => {
    const podNetwork = complete({
      policies: [aPolicy({ rules: [aPort('UDP', 53), aPort('TCP', 443, '3.253.224.0/22')] })],
      groups: [],
    });
    const chain = chainOf(aWhyWorld({ inside: { podNetwork } }));
    expect([chain.verdict, chain.steps.at(-1)?.because]).toEqual([
      'undecided',
      'whether STS is reached: NetworkPolicy checkout/default-deny allows port 443 to 3.253.224.0/22 alone',
    ]);
  });

  test('that never came, of a role that IAM has never seen used, is a cause where CloudTrail was read', () => {
    const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
    const facts = aWhyWorld({ runtime: runtime(), roles: complete([aRole({ detail })]) });
    expect(chainOf(facts).cause?.ruleId).toBe('runtime-role-never-assumed');
  });

  test('that could not be read is not decided', () => {
    const chain = chainOf(aWhyWorld({ runtime: unavailable(denied) }));
    expect(chain.steps.at(-1)).toEqual({
      step: 'last-call',
      result: 'unread',
      because: 'list it: no (needs to list it)',
    });
    expect(chain.verdict).toBe('undecided');
  });
});

describe('live steps', () => {
  const called = { step: 'live-call', result: 'ok', seen: 'STS gave credentials' } as const;

  test('a call that succeeds decides what could not be read between', () => {
    const chain = chainOf(aWhyWorld({ roles: unavailable(denied), providers: unavailable(denied) }));
    expect(chain.verdict).toBe('undecided');
    expect(withLiveSteps(chain, [called]).verdict).toBe('fine');
  });

  test('a call that succeeds does not decide what the pod has', () => {
    const chain = chainOf(aWhyWorld({ inside: { pods: unavailable(denied) } }), account);
    expect(withLiveSteps(chain, [called]).verdict).toBe('undecided');
  });

  test('pods that could not be read are not taken for none', () => {
    const chain = chainOf(aWhyWorld({ inside: { pods: unavailable(denied) } }), account);
    expect(marksOf(chain)).toBe('?++??+++.');
  });

  test('a refused call is the cause where no step before it fails', () => {
    const cause = { message: 'STS refused', evidence: [], fix: { summary: 'See.', commands: [] } };
    const chain = withLiveSteps(chainOf(aWhyWorld()), [{ step: 'live-call', result: 'failed', cause }]);
    expect([chain.verdict, chain.cause]).toEqual(['cause', cause]);
  });
});

test('one namespace that could be read decides for itself', () => {
  const gap = { what: otherNamespaces, reason: denied };
  const inside = { pods: withGaps([aPod()], [gap]), serviceAccounts: withGaps([aServiceAccount()], [gap]) };
  expect(marksOf(chainOf(aWhyWorld({ inside })))).toBe('++++++++.');
});

test('a role that is to be named restarts no pod that the webhook leaves alone', () => {
  const commands = (over: Partial<Pod>) =>
    chainOf(
      aWhyWorld({ inside: { serviceAccounts: annotated({}), pods: pods({ ...bareContainer, ...over }) } }),
      deployment,
    ).cause?.fix.commands.map(command => command.split(' ').slice(5, 7).join(' '));
  expect(commands({})).toEqual(['annotate --overwrite', 'patch --type']);
  expect(commands({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' } })).toEqual([
    'annotate --overwrite',
  ]);
});

describe('resource control policies', () => {
  const statement = { Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*' };
  const policy = (condition: unknown, document?: string) => ({
    id: 'p-1',
    name: 'perimeter',
    attachedTo: 'r-root',
    document: document ?? JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Condition: condition } }),
  });
  const under = (controlPolicies: NonNullable<Parameters<typeof aWhyWorld>[0]>['controlPolicies']) =>
    chainOf(aWhyWorld(controlPolicies === undefined ? {} : { controlPolicies }));
  const fromAfar = { NotIpAddress: { 'aws:SourceIp': '52.0.0.0/8' } };
  const notOther = { StringEquals: { 'other.example:sub': 'x' } };

  test('one that denies is the cause at the trust policy', () => {
    const chain = under(complete([policy({})]));
    expect([marksOf(chain), chain.cause?.ruleId, chain.controlPoliciesAsked]).toEqual([
      '+++++++x.',
      'role-denied-by-rcp',
      true,
    ]);
  });

  test.each<readonly [string, Parameters<typeof under>[0], string, RegExp | undefined]>([
    ['that denies others', complete([policy(notOther)]), '++++++++.', undefined],
    ['that may deny', complete([policy(fromAfar)]), '+++++++?.', /^resource control policy perimeter: /],
    ['that is no policy', complete([policy({}, '{')]), '+++++++?.', /^the text of resource control policy perimeter/],
    ['that was not read', withGaps([], [{ what: 'p-2', reason: denied }]), '+++++++?.', /^list it: no/],
    ['of which none was read', unavailable(denied), '+++++++?.', /^list it: no/],
  ])('one %s', (_title, controlPolicies, marks, because) => {
    const chain = under(controlPolicies);
    expect(marksOf(chain)).toBe(marks);
    const { because: said } = chain.steps.find(({ step }) => step === 'trust-policy') ?? {};
    if (because === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(because);
  });

  test('are no cause where the trust policy refuses the service account already', () => {
    const roles = complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:pay' }) })]);
    const chain = chainOf(aWhyWorld({ roles, controlPolicies: complete([policy({})]) }));
    expect([marksOf(chain), chain.cause?.ruleId]).toEqual(['+++++++x.', 'trust-subject-unknown-service-account']);
  });

  test('that nobody asked for leave the chain as it is, and it says so', () => {
    const chain = under(undefined);
    expect([marksOf(chain), chain.verdict, chain.controlPoliciesAsked]).toEqual(['++++++++.', 'fine', false]);
    const said = text(chain).replaceAll(/\s+/g, ' ');
    expect(said).toContain('No fault in what was read. Not looked at: last call and resource control policies.');
    expect(said).not.toContain('Nothing is wrong');
    expect(text(under(complete([])))).not.toContain('esource control policies');
    const call = { step: 'live-call', result: 'ok' } as const;
    expect(text(withLiveSteps(chain, [call]))).not.toContain('esource control policies');
  });
});

test('a role that the webhook has from its ConfigMap is called what it is', () => {
  const configMap = 'kube-system/pod-identity-webhook';
  const annotations = { [roleKey]: role('checkout-cart'), 'eks.amazonaws.com/audience': 'sts.amazonaws.com' };
  const serviceAccounts = complete([aServiceAccount({ annotations, configMap })]);
  const said = (audience: string) =>
    chainOf(
      aWhyWorld({ inside: { serviceAccounts }, providers: complete([aProvider({ audiences: [audience] })]) }),
    ).steps.flatMap(({ seen = '', because = '' }) => [`${seen}|${because}`]);
  expect(said('sts.amazonaws.com')).toContain(`none: ConfigMap ${configMap} names ${role('checkout-cart')}|`);
  expect(said('other').join()).not.toContain('annotation');
});

test('an association for another namespace is the cause of a pod without a role', () => {
  const facts = aWhyWorld({
    inside: { serviceAccounts: annotated({}), pods: pods(bareContainer) },
    cluster: { podIdentity: complete([{ ...association, namespace: 'kube-system' }]), addons: agent },
    roles: complete([]),
  });
  const { cause } = chainOf(facts);
  expect(cause?.message).toBe(
    'service account checkout/cart has no role: the Pod Identity association is for kube-system/cart, which does not exist',
  );
  expect(cause?.fix.summary).toContain('Create the association for checkout/cart');
});

test('the account of a chart beside the annotated one of eksctl is the cause: the workload is to run as that', () => {
  const facts = aWhyWorld({
    inside: {
      serviceAccounts: complete([
        aServiceAccount(),
        aServiceAccount({ name: 'shop-cart', annotations: {}, managedBy: { tool: 'Helm', name: 'shop' } }),
      ]),
      pods: pods({ ...bareContainer, serviceAccount: 'shop-cart', owner: { kind: 'Deployment', name: 'shop-cart' } }),
    },
  });
  const { cause } = chainOf(facts);
  expect(cause?.message).toBe(
    'service account checkout/shop-cart names no role: it has no annotation eks.amazonaws.com/role-arn; cart has one and no pods',
  );
  expect(cause?.fix.summary).toBe('Name service account cart in the template of Deployment shop-cart.');
  expect(cause?.fix.commands).toEqual([]);
  expect(cause?.fix.choice).toContain('values of the chart');
});
