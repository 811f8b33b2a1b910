import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../../lib/core/evaluate/evaluate.ts';
import type { Facts } from '../../../../lib/core/facts/facts.ts';
import { complete, type ReadFailure, unavailable } from '../../../../lib/core/model/collected.ts';
import { catalog, ruleById } from '../../../../lib/core/rules/catalog.ts';
import {
  aContainer,
  aPod,
  aReadCluster,
  aServiceAccount,
  aWebhook,
} from '../../../../lib/core/rules/example-cluster.ts';
import {
  aCluster,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../../../../lib/core/rules/example-world.ts';
import { verdictOf } from '../../../support/verdict-of.ts';

/** What each rule says, word for word where a person acts on it: one case, one line. */

const denied: ReadFailure = { kind: 'denied', operation: 'list pods', message: '403' };
const role = aRole().arn;
const host = exampleIssuer.slice('https://'.length);
const annotation = 'eks.amazonaws.com/role-arn';
const gap = (operation: string, message: string) => ({
  what: 'x',
  reason: { kind: 'throttled' as const, operation, message },
});

type Inside = NonNullable<Parameters<typeof aReadCluster>[0]>;
const inside = (over: Inside, cluster: Parameters<typeof aReadCluster>[1] = {}): Parameters<typeof someFacts>[0] => ({
  clusters: complete([aReadCluster(over, cluster)]),
});
const account = (
  annotations: Readonly<Record<string, string>>,
  over: Parameters<typeof aServiceAccount>[0] = {},
): Inside => ({
  serviceAccounts: complete([aServiceAccount({ annotations: { [annotation]: role, ...annotations }, ...over })]),
  pods: complete([]),
});
const audience = (value: string) => account({ 'eks.amazonaws.com/audience': value });
const foreignRole = 'arn:aws:iam::444455556666:role/cart';
const noIssuer = () => {
  const { issuer: _none, ...cluster } = aCluster();
  return { cluster };
};
const said = (ruleId: string, facts: Facts): readonly string[] => {
  const rule = ruleById(ruleId);
  if (!rule) throw new Error(`there is no rule ${ruleId}`);
  return verdictOf(rule, facts).said;
};
type Case = readonly [string, string, () => Facts, readonly (string | RegExp)[]];
const run = (cases: readonly Case[]) =>
  test.each(cases.map(one => [...one] as const))('%s: %s', (ruleId, _, facts, expected) => {
    expect(said(ruleId, facts())).toEqual(
      expected.map(words => (typeof words === 'string' ? words : expect.stringMatching(words))),
    );
  });

const other = (annotations: Readonly<Record<string, string>> = {}) =>
  inside({ ...account({ ...annotations, [annotation]: foreignRole }) });
const withFleet = (facts: Facts, over: Partial<Facts['fleet']>): Facts => ({
  ...facts,
  fleet: { ...facts.fleet, ...over },
});
const trusts = (...statements: readonly Record<string, unknown>[]) => ({
  roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
});
const webIdentity = 'sts:AssumeRoleWithWebIdentity';
const provider = aProvider().arn;
const tests = { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart' } };
const clusterOnly = () => ({ cluster: aCluster({ region: 'unknown' }) });

describe('service accounts', () => {
  run([
    [
      'service-account-annotation-mistyped',
      'nothing like the annotation',
      () =>
        someFacts(
          inside({
            serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/audience': 'x' } })]),
          }),
        ),
      [],
    ],
    [
      'service-account-annotation-mistyped',
      'a label of a mistyped key',
      () =>
        someFacts(
          inside({
            serviceAccounts: complete([
              aServiceAccount({ annotations: {}, labels: { 'eks.amazonaws.com/role_arn': 'x' } }),
            ]),
          }),
        ),
      [
        'high: service account checkout/cart has the label eks.amazonaws.com/role_arn, which the webhook ignores: its role belongs under the annotation eks.amazonaws.com/role-arn',
      ],
    ],
    [
      'service-account-audience-refused',
      'an empty audience',
      () => someFacts(inside(audience(''))),
      [
        'high: the audience "" of service account checkout/cart is empty, so that tokens carry the API server’s own audience, which STS does not take',
      ],
    ],
    [
      'service-account-audience-refused',
      'a role that is not there',
      () => someFacts({ ...inside(audience('x')), roles: complete([]) }),
      [],
    ],
    [
      'service-account-audience-refused',
      'a role of which the policy cannot be read',
      () => someFacts({ ...inside(audience('x')), roles: complete([aRole({ trustPolicy: '{' })]) }),
      [`unknown: the trust policy of ${role} (expected a key in double quotes, got the end of the text)`],
    ],
    [
      'service-account-audience-refused',
      'roles that were not read',
      () =>
        someFacts({
          ...inside(audience('x')),
          roles: { status: 'partial', value: [], gaps: [gap('iam:ListRoles', 'Rate exceeded')] },
        }),
      ['unknown: iam:ListRoles: Rate exceeded'],
    ],
    [
      'service-account-audience-refused',
      'an issuer that is not known',
      () => someFacts(inside({ ...audience('x'), issuer: unavailable(denied) }, noIssuer())),
      ['unknown: the issuer of cluster shop'],
    ],
    [
      'service-account-audience-refused',
      'a provider that takes none',
      () => someFacts({ ...inside(audience('x')), providers: complete([aProvider({ audiences: [] })]) }),
      [`high: the audience "x" of service account checkout/cart is none that the provider for https://${host} takes`],
    ],
    [
      'service-account-audience-refused',
      'the role refuses it',
      () =>
        someFacts({
          ...inside(audience('x')),
          providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x'] })]),
        }),
      [
        `high: the audience "x" of service account checkout/cart is refused by the role ${role}: statement 1: StringEquals on ${host}:aud wants "sts.amazonaws.com", the token has "x": the value differs`,
      ],
    ],
    [
      'service-account-audience-refused',
      'the role refuses the account',
      () =>
        someFacts({
          ...inside(audience('x')),
          providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x'] })]),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
        }),
      [],
    ],
    [
      'service-account-option-ignored',
      'too long',
      () => someFacts(inside(account({ 'eks.amazonaws.com/token-expiration': '172800' }))),
      [
        'low: the annotation eks.amazonaws.com/token-expiration of service account checkout/cart, "172800", is out of bounds: tokens last 86400 seconds',
      ],
    ],
    [
      'service-account-option-ignored',
      'too short',
      () => someFacts(inside(account({ 'eks.amazonaws.com/token-expiration': '60' }))),
      [
        'low: the annotation eks.amazonaws.com/token-expiration of service account checkout/cart, "60", is out of bounds: tokens last 600 seconds',
      ],
    ],
    [
      'service-account-option-ignored',
      'no boolean',
      () => someFacts(inside(account({ 'eks.amazonaws.com/sts-regional-endpoints': 'yes' }))),
      [
        'low: the annotation eks.amazonaws.com/sts-regional-endpoints of service account checkout/cart, "yes", is no boolean, so it is ignored',
      ],
    ],
    [
      'service-account-option-ignored',
      'a boolean of Go',
      () => someFacts(inside(account({ 'eks.amazonaws.com/sts-regional-endpoints': 'T' }))),
      [],
    ],
    [
      'service-account-pod-identity-overrides',
      'associations read in part',
      () =>
        someFacts(
          inside(account({}), {
            podIdentity: {
              status: 'partial',
              value: [],
              gaps: [gap('eks:ListPodIdentityAssociations', 'Rate exceeded')],
            },
          }),
        ),
      ['unknown: some Pod Identity associations of the cluster'],
    ],
    [
      'service-account-pod-identity-overrides',
      'an association whose role was not read',
      () =>
        someFacts(
          inside(account({}), {
            podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]),
          }),
        ),
      [
        `medium: service account checkout/cart is annotated with ${role}, but new pods get a role that was not read by the Pod Identity association a-1`,
      ],
    ],
    [
      'service-account-role-account-lacks-provider',
      'the issuer is not known',
      () => someFacts(inside({ ...account({ [annotation]: foreignRole }), issuer: unavailable(denied) }, noIssuer())),
      ['unknown: the issuer of cluster shop'],
    ],
    [
      'service-account-role-account-lacks-provider',
      'the cluster is known by its kubeconfig alone',
      () => someFacts(inside(account({ [annotation]: foreignRole }), clusterOnly())),
      [],
    ],
    [
      'service-account-role-account-lacks-provider',
      'its providers were refused',
      () =>
        withFleet(someFacts(other()), {
          accounts: [{ accountId: '444455556666', rolesRead: true, providersRead: false }],
        }),
      ['unknown: the providers of account 444455556666, which could not be read'],
    ],
    [
      'service-account-role-account-lacks-provider',
      'an empty audience',
      () =>
        withFleet(someFacts(other({ 'eks.amazonaws.com/audience': '' })), {
          accounts: [{ accountId: '444455556666', rolesRead: true, providersRead: true }],
        }),
      [
        'high: service account checkout/cart names a role of account 444455556666, which has no provider for the issuer of cluster shop',
      ],
    ],
    [
      'service-account-role-not-trusting',
      'an account that is not audited',
      () => someFacts(other()),
      ['unknown: the roles of account 444455556666, which is not audited'],
    ],
    [
      'service-account-role-not-trusting',
      'an account whose roles were refused',
      () =>
        withFleet(someFacts(other()), {
          accounts: [{ accountId: '444455556666', rolesRead: false, providersRead: true }],
        }),
      ['unknown: the roles of account 444455556666, which could not be read'],
    ],
    [
      'service-account-role-not-trusting',
      'an account that was read and has no such role',
      () =>
        withFleet(someFacts(other()), {
          accounts: [{ accountId: '444455556666', rolesRead: true, providersRead: true }],
        }),
      [
        `high: service account checkout/cart names the role ${foreignRole}, which does not exist in its account or trusts no OIDC provider`,
      ],
    ],
    [
      'service-account-role-not-trusting',
      'a role of another account that trusts somebody else',
      () =>
        withFleet(someFacts(other()), {
          roles: [
            {
              arn: foreignRole,
              trustPolicy: aTrustPolicy({ accountId: '444455556666', subject: 'system:serviceaccount:a:b' }),
            },
          ],
        }),
      [
        `high: the role ${foreignRole} does not let service account checkout/cart in: statement 1: StringEquals on ${host}:sub wants "system:serviceaccount:a:b", the token has "system:serviceaccount:checkout:cart": the value differs`,
      ],
    ],
    [
      'service-account-role-not-trusting',
      'an issuer that the API server tells',
      () =>
        someFacts({
          ...inside(account({}), noIssuer()),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
        }),
      [
        `high: the role ${role} does not let service account checkout/cart in: statement 1: StringEquals on ${host}:sub wants "system:serviceaccount:a:b", the token has "system:serviceaccount:checkout:cart": the value differs`,
      ],
    ],
    ['service-account-role-not-trusting', 'the audience that is empty', () => someFacts(inside(audience(''))), []],
    [
      'service-account-role-not-trusting',
      'a Deny of this account',
      () =>
        someFacts({
          ...inside(account({})),
          ...trusts(
            { Effect: 'Allow', Principal: { Federated: provider }, Action: webIdentity, Condition: tests },
            { Effect: 'Deny', Principal: { Federated: provider }, Action: webIdentity, Condition: tests },
          ),
        }),
      [`high: the role ${role} does not let service account checkout/cart in: statement 2 denies it`],
    ],
    [
      'service-account-role-not-trusting',
      'nothing but a Deny',
      () =>
        someFacts({
          ...inside(account({})),
          ...trusts({ Effect: 'Deny', Principal: { Federated: provider }, Action: webIdentity }),
        }),
      [`high: the role ${role} does not let service account checkout/cart in: statement 1 denies it`],
    ],
    [
      'service-account-role-not-trusting',
      'no statement at all',
      () => someFacts({ ...inside(account({})), ...trusts() }),
      [`high: the role ${role} does not let service account checkout/cart in: the policy has no statement`],
    ],
    [
      'service-account-role-not-trusting',
      'everyone, of another account',
      () =>
        someFacts({
          ...inside(account({})),
          ...trusts({
            Effect: 'Allow',
            Principal: '*',
            Action: webIdentity,
            Condition: { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:a:b' } },
          }),
        }),
      [
        `high: the role ${role} does not let service account checkout/cart in: statement 1: StringEquals on ${host}:sub wants "system:serviceaccount:a:b", the token has "system:serviceaccount:checkout:cart": the value differs`,
      ],
    ],
    [
      'service-account-role-not-trusting',
      'another action',
      () =>
        someFacts({
          ...inside(account({})),
          ...trusts({
            Effect: 'Allow',
            Principal: { Federated: provider },
            Action: 'sts:AssumeRole',
            Condition: tests,
          }),
        }),
      [
        `high: the role ${role} does not let service account checkout/cart in: statement 1: Action does not cover sts:AssumeRoleWithWebIdentity`,
      ],
    ],
    [
      'service-account-role-not-trusting',
      'upper case',
      () =>
        someFacts({
          ...inside(account({})),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }) })]),
        }),
      [
        `high: the role ${role} does not let service account checkout/cart in: statement 1: StringEquals on ${host}:sub wants "system:serviceaccount:Checkout:cart", the token has "system:serviceaccount:checkout:cart": the value differs only in case`,
      ],
    ],
  ]);
});

describe('fixes of service accounts', () => {
  const fixOf = (ruleId: string, facts: Facts) => {
    const rule = ruleById(ruleId);
    if (!rule) throw new Error(`there is no rule ${ruleId}`);
    return verdictOf(rule, facts).findings[0]?.fix;
  };
  const allow = { Effect: 'Allow', Principal: { Federated: provider }, Action: webIdentity };
  const elsewhere = { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:a:b' } };

  test('what a Deny refuses is not let in by one more Allow', () => {
    const facts = someFacts({
      ...inside(account({})),
      ...trusts({ ...allow, Condition: tests }, { ...allow, Effect: 'Deny', Condition: tests }),
    });
    expect(fixOf('service-account-role-not-trusting', facts)).toMatchObject({
      commands: [],
      choice: 'A Deny statement refuses this account: whether that is meant.',
    });
  });

  test('under a Deny that nobody can decide no change is proven, so none is given', () => {
    const doubtful = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
    const facts = someFacts({
      ...inside(account({})),
      ...trusts({ ...allow, Condition: elsewhere }, { ...allow, Effect: 'Deny', Condition: doubtful }),
    });
    expect(fixOf('service-account-role-not-trusting', facts)).toMatchObject({
      commands: [],
      choice: expect.stringContaining('such as a Deny that may apply'),
    });
  });

  test('a Deny of somebody else is not what refuses', () => {
    const facts = someFacts({
      ...inside(account({})),
      ...trusts({ ...allow, Condition: elsewhere }, { ...allow, Effect: 'Deny', Condition: elsewhere }),
    });
    expect(fixOf('service-account-role-not-trusting', facts)?.commands).toHaveLength(1);
  });

  test('a provider is made with the audience that tokens carry, the usual one where the annotation is empty', () => {
    const accounts = [{ accountId: '444455556666', rolesRead: true, providersRead: true }];
    const command = (annotations: Readonly<Record<string, string>>) =>
      fixOf('service-account-role-account-lacks-provider', withFleet(someFacts(other(annotations)), { accounts }))
        ?.commands[0];
    expect(command({ 'eks.amazonaws.com/audience': '' })).toContain('--client-id-list sts.amazonaws.com');
    expect(command({ 'eks.amazonaws.com/audience': 'team' })).toContain('--client-id-list team');
  });

  test('an option out of bounds may say what pods get already; one that is ignored may go', () => {
    const command = (annotations: Readonly<Record<string, string>>) =>
      fixOf('service-account-option-ignored', someFacts(inside(account(annotations))))?.commands;
    expect(command({ 'eks.amazonaws.com/token-expiration': '172800' })).toEqual([
      'kubectl --namespace checkout annotate serviceaccount cart --overwrite eks.amazonaws.com/token-expiration=86400',
    ]);
    expect(command({ 'eks.amazonaws.com/sts-regional-endpoints': 'yes' })).toEqual([
      'kubectl --namespace checkout annotate serviceaccount cart eks.amazonaws.com/sts-regional-endpoints-',
    ]);
  });
});

test('of two statements the nearer one says what is wrong', () => {
  const upper = { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:Checkout:cart' } };
  const named = { Effect: 'Allow', Principal: { Federated: provider } };
  const facts = someFacts({
    ...inside(account({})),
    ...trusts(
      { ...named, Action: 'sts:TagSession', Condition: tests },
      { ...named, Action: webIdentity, Condition: upper },
    ),
  });
  const found = evaluate(facts, { rules: catalog }).findings;
  const explaining = found.filter(({ explains }) =>
    explains.some(one => one.ruleId === 'service-account-role-not-trusting'),
  );
  expect(explaining.map(({ ruleId }) => ruleId)).toEqual(['trust-subject-malformed']);
});

describe('webhook', () => {
  const entry = (over: Parameters<typeof aWebhook>[0], more: Inside = {}) =>
    someFacts(inside({ webhook: complete(aWebhook(over)), ...more }));
  const { url: _url, ...bare } = aWebhook().webhooks[0] ?? { url: '' };
  const raw = (webhook: Record<string, unknown>, more: Inside = {}) =>
    someFacts(
      inside({
        webhook: complete({
          name: 'pod-identity-webhook',
          webhooks: [{ ...aWebhook().webhooks[0], ...bare, ...webhook }],
        } as never),
        ...more,
      }),
    );
  const notYet = complete([
    { subject: 'CN=new', sha256: 'c'.repeat(64), notBefore: '2030-01-01T00:00:00Z', notAfter: '2031-01-01T00:00:00Z' },
  ]);
  run([
    [
      'webhook-invalid',
      'no entry',
      () => someFacts(inside({ webhook: complete({ name: 'pod-identity-webhook', webhooks: [] }) })),
      ['critical: the configuration pod-identity-webhook of cluster shop does not inject: it has no webhook in it'],
    ],
    [
      'webhook-invalid',
      'neither url nor service',
      () => raw({ url: undefined }),
      ['critical: the configuration pod-identity-webhook of cluster shop does not inject: it names nobody to ask'],
    ],
    [
      'webhook-invalid',
      'a service in namespaces that were not read',
      () =>
        raw(
          { url: undefined, service: { namespace: 'x', name: 'y', path: '/mutate' } },
          { namespaces: unavailable(denied) },
        ),
      ['unknown: whether the namespace x of the webhook’s service exists: list pods: 403'],
    ],
    [
      'webhook-invalid',
      'no version of AdmissionReview',
      () => entry({ admissionReviewVersions: [] }),
      [
        'critical: the configuration pod-identity-webhook of cluster shop does not inject: it takes no version of AdmissionReview that the API server sends',
      ],
    ],
    [
      'webhook-invalid',
      'v1 alone',
      () => entry({ admissionReviewVersions: ['v1'] }),
      ['unknown: whether the webhook takes AdmissionReview v1: EKS configures v1beta1'],
    ],
    [
      'webhook-invalid',
      'an authority that is not valid yet',
      () => entry({ caCertificates: notYet }),
      [
        'critical: the configuration pod-identity-webhook of cluster shop does not inject: its certificate authority CN=new begins at 2030-01-01T00:00:00Z',
      ],
    ],
    [
      'webhook-invalid',
      'the self-hosted name behind another entry',
      () =>
        someFacts(
          inside({
            webhook: complete({
              name: 'pod-identity-webhook',
              webhooks: [
                ...aWebhook({ name: 'other', rules: [] }).webhooks,
                ...aWebhook({ name: 'pod-identity-webhook.amazonaws.com' }).webhooks,
              ],
            }),
          }),
        ),
      [],
    ],
    [
      'webhook-ca-mismatch',
      'whether anybody wants a role is not known',
      () =>
        entry(
          { caCertificates: notYet },
          {
            serviceAccounts: { status: 'partial', value: [], gaps: [gap('list serviceaccounts', '429')] },
            webhook: complete(
              aWebhook({
                caCertificates: complete([
                  {
                    subject: 'CN=x',
                    sha256: 'd'.repeat(64),
                    notBefore: '2020-01-01T00:00:00Z',
                    notAfter: '2036-01-01T00:00:00Z',
                  },
                ]),
              }),
            ),
          },
        ),
      ['unknown: whether a service account of cluster shop wants a role: list serviceaccounts: 429'],
    ],
  ]);
});

describe('pods', () => {
  const notInjected = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };
  const { createdAt: _made, ...undated } = aPod();
  const pods = (...list: readonly ReturnType<typeof aPod>[]): Inside => ({ pods: complete(list) });
  run([
    [
      'pod-service-account-gone',
      'a pod of which the age is not known',
      () => someFacts(inside({ serviceAccounts: complete([]), ...pods(undated) })),
      [],
    ],
    [
      'pod-service-account-gone',
      'a pod that was given a role by hand',
      () => someFacts(inside({ serviceAccounts: complete([]), ...pods(aPod({ volumes: [] })) })),
      [
        'medium: the pod of Deployment checkout/cart runs as service account cart, which no longer exists: the token cannot be renewed',
      ],
    ],
    [
      'pod-service-account-gone',
      'a pod that wants no role',
      () => someFacts(inside({ serviceAccounts: complete([]), ...pods(aPod(notInjected)) })),
      [],
    ],
    [
      'pod-not-injected',
      'the webhook was not read, and the pod opted out',
      () =>
        someFacts(
          inside({
            webhook: unavailable(denied),
            ...pods(aPod({ ...notInjected, labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '1' } })),
          }),
        ),
      [
        `high: the pod of Deployment checkout/cart has neither variable nor token of ${role}: the pod’s label eks.amazonaws.com/skip-pod-identity-webhook tells the webhook to leave it alone`,
      ],
    ],
    [
      'pod-token-unreadable',
      'a version of no such form',
      () => someFacts(inside({ version: complete('weird'), ...pods(aPod({ runAsUser: 1000 })) })),
      ['unknown: the version of Kubernetes, which decides who may read a token'],
    ],
  ]);
  test('seven pods are counted, five are named, and one of which the age is not known is not made up', () => {
    const rule = ruleById('pod-not-injected');
    if (!rule) throw new Error('there is no such rule');
    const seven = Array.from({ length: 7 }, (_, at) => ({ ...undated, ...notInjected, name: `cart-${at}` }));
    const [found] = verdictOf(rule, someFacts(inside(pods(...seven)))).findings;
    expect(found?.message).toContain('all 7 pods of Deployment checkout/cart have neither');
    expect(found?.evidence.map(({ got }) => got)).toEqual([
      'cart-0, cart-1, cart-2, cart-3, cart-4 and 2 more',
      '(unknown)',
    ]);
  });
});

describe('calls', () => {
  const event = {
    roleArn: role,
    subject: 'system:serviceaccount:checkout:cart',
    providerArn: provider,
    region: 'eu-west-1',
    successes: 0,
    failures: [],
    userAgents: [],
    verificationMethods: [],
    lastAt: '2026-11-01T05:00:00Z',
  };
  const failure = { errorCode: 'AccessDenied', errorMessage: 'no', count: 1, lastAt: '2026-11-01T05:00:00Z' };
  const window = (...events: readonly Record<string, unknown>[]) => ({
    runtime: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: events.map(one => ({ ...event, ...one })),
    }),
  });
  const { subject: _subject, providerArn: _provider, ...nameless } = event;
  const unnamed = (over: Record<string, unknown>) => ({
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [{ ...nameless, ...over }] }),
  });
  const refused = { failures: [failure] };
  const details = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
  run([
    [
      'runtime-assume-failing',
      'a caller that is not named, once',
      () => someFacts(unnamed(refused)),
      [
        `high: a caller that the event does not name was refused the role ${role} 1 time (AccessDenied: no); unexplained: the event does not say who called`,
      ],
    ],
    [
      'runtime-assume-failing',
      'a role that is gone',
      () => someFacts({ ...window(refused), roles: complete([]) }),
      [
        `high: system:serviceaccount:checkout:cart was refused the role ${role} 1 time (AccessDenied: no); the role does not exist now`,
      ],
    ],
    [
      'runtime-assume-failing',
      'a role that was not read',
      () => someFacts({ ...window(refused), roles: unavailable(denied) }),
      [
        `high: system:serviceaccount:checkout:cart was refused the role ${role} 1 time (AccessDenied: no); the role was not read`,
      ],
    ],
    [
      'runtime-assume-failing',
      'a provider that is gone',
      () => someFacts({ ...window(refused), providers: complete([]) }),
      [
        `high: system:serviceaccount:checkout:cart was refused the role ${role} 1 time (AccessDenied: no); the provider ${provider} does not exist now`,
      ],
    ],
    [
      'runtime-assume-failing',
      'a decision that nobody can know',
      () =>
        someFacts({
          ...window(refused),
          roles: complete([
            aRole({ trustPolicy: aTrustPolicy({ condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }) }),
          ]),
        }),
      [
        `high: system:serviceaccount:checkout:cart was refused the role ${role} 1 time (AccessDenied: no); what the trust policy decides cannot be known: statement 1: IpAddress on aws:SourceIp: it depends on where the pod’s request comes from`,
      ],
    ],
    [
      'runtime-sdk-unsupported',
      'a caller that is not named',
      () => someFacts(unnamed({ userAgents: ['Boto3/1.9 x'] })),
      [`medium: a caller uses boto3 1.9 for the role ${role}, and web identity is supported from 1.9.220 on`],
    ],
    [
      'runtime-thumbprint-consulted',
      'a provider that is not named',
      () => someFacts(unnamed({ verificationMethods: ['Thumbprint'] })),
      [`info: AWS consulted the thumbprints of the provider for the role ${role}`],
    ],
    [
      'runtime-role-never-assumed',
      'a window that was read in part',
      () =>
        someFacts({
          ...inside({}),
          roles: complete([aRole({ detail: details })]),
          runtime: {
            status: 'partial',
            value: { from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] },
            gaps: [gap('cloudtrail:LookupEvents', 'Rate exceeded')],
          },
        }),
      ['unknown: some CloudTrail events of the window'],
    ],
    [
      'runtime-role-never-assumed',
      'two pods',
      () =>
        someFacts({
          ...inside({ pods: complete([aPod(), aPod({ name: 'second' })]) }),
          roles: complete([aRole({ detail: details })]),
          ...window(),
        }),
      [`medium: 2 running pods of checkout/cart have the role ${role}, which was never assumed`],
    ],
    [
      'runtime-role-never-assumed',
      'the inside was not read',
      () =>
        someFacts({
          clusters: complete([{ cluster: aCluster(), kubernetes: unavailable(denied), podIdentity: complete([]) }]),
          roles: complete([aRole({ detail: details })]),
          ...window(),
        }),
      ['unknown: all running pods: list pods: 403'],
    ],
  ]);
});
