import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../../lib/core/evaluate/evaluate.ts';
import { isRoleArn, roleArnFault } from '../../../../lib/core/facts/role-arn-fault.ts';
import { complete, unavailable } from '../../../../lib/core/model/collected.ts';
import { isNearMissKey } from '../../../../lib/core/model/irsa-annotation.ts';
import type { AssumeEvents } from '../../../../lib/core/model/runtime.ts';
import { catalog } from '../../../../lib/core/rules/catalog.ts';
import {
  aContainer,
  aPod,
  aReadCluster,
  aServiceAccount,
  aWebhook,
} from '../../../../lib/core/rules/example-cluster.ts';
import {
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../../../lib/core/rules/example-world.ts';
import { isBelow, sdksOf } from '../../../../lib/core/rules/runtime/support/sdk-version.ts';

const groups = ['service-account', 'webhook', 'pod', 'runtime'];
const rules = catalog.filter(rule => groups.includes(rule.group));
const idsOf = (facts: Parameters<typeof evaluate>[0], all = false): readonly string[] =>
  evaluate(facts, { rules: all ? catalog : rules }).findings.map(({ ruleId }) => ruleId);

test('a trust policy that is all stars holds up no evaluation', () => {
  const condition = {
    StringLike: { [`${exampleIssuer.slice('https://'.length)}:sub`]: `system:serviceaccount:${'*a'.repeat(20)}b` },
  };
  const longest = aServiceAccount({ namespace: 'a'.repeat(63), name: 'a'.repeat(253) });
  const facts = someFacts({
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]),
    clusters: complete([aReadCluster({ serviceAccounts: complete([longest]) })]),
  });
  expect(idsOf(facts)).toContain('service-account-role-not-trusting');
});

describe('keys', () => {
  test.each([
    'eks.amazon.com/role-arn',
    'eks.amazonaws.com/role_arn',
    'eks.amazonaws.com/Role-ARN',
    'iam.amazonaws.com/role',
    'eks.amazonaws.co/role-arn',
    'eks.amazonaws.com/rolearn',
  ])('%s is a near miss', key => expect(isNearMissKey(key)).toBe(true));
  test.each([
    'eks.amazonaws.com/role-arn',
    'eks.amazonaws.com/audience',
    'eks.amazonaws.com/token-expiration',
    'meta.helm.sh/release-name',
    'example.com/role-arn',
  ])('%s is none', key => expect(isNearMissKey(key)).toBe(false));
});

describe('role ARNs', () => {
  test.each([
    ['arn:aws:iam::111122223333:role/x', true],
    ['arn:aws-us-gov:iam::111122223333:role/a/b/x+=,.@-_', true],
    ['arn:aws:iam::111122223333:role/', false],
    ['arn:aws:iam::111122223333:role/x y', false],
  ])('%s', (text, expected) => expect(isRoleArn(text)).toBe(expected));

  test.each([
    ['arn:aws:iam:eu-west-1:111122223333:role/x', 'region', 'arn:aws:iam::111122223333:role/x'],
    ['"arn:aws:iam::111122223333:role/x"', 'quotes', 'arn:aws:iam::111122223333:role/x'],
    ['arn:aws:sts::111122223333:assumed-role/x/s', 'service', 'arn:aws:iam::111122223333:role/x'],
    ['ARN:AWS:IAM::111122223333:ROLE/x', 'case', 'arn:aws:iam::111122223333:role/x'],
    ['arn:aws:iam:111122223333:role/x', 'colons', 'arn:aws:iam::111122223333:role/x'],
    ['arn:aws:iam::111122223333:role/x\n', 'white space', 'arn:aws:iam::111122223333:role/x'],
    ['{{ .Values.role }}', 'white space', undefined],
    ['{{.Values.role}}', 'template', undefined],
    ['arn:aws-cn:iam::111122223333:role/x', 'partition', undefined],
    ['arn:aws:s3:::bucket', 'service', undefined],
    ['arn:aws:iam::111122223333:group/x', 'resource', undefined],
    [`arn:aws:iam::111122223333:role/${'x'.repeat(65)}`, 'role name', undefined],
  ])('%s: %s', (text, part, meant) => {
    const fault = roleArnFault(text, 'aws');
    expect(fault?.part).toBe(part);
    expect(fault?.meant).toBe(meant);
  });

  test('any partition will do where the cluster’s is not known', () =>
    expect(roleArnFault('arn:aws-cn:iam::111122223333:role/x', undefined)).toBeUndefined());
});

describe('webhook', () => {
  const withEntry = (over: Parameters<typeof aWebhook>[0]) =>
    someFacts({ clusters: complete([aReadCluster({ webhook: complete(aWebhook(over)) })]) });
  const invalid = (message: string) => unavailable<never>({ kind: 'invalid', operation: 'x', message });
  const { url: _, ...self } = aWebhook().webhooks[0] ?? { url: '' };
  const selfHosted = (service: object) => ({
    clusters: complete([
      aReadCluster({
        webhook: complete({
          name: 'pod-identity-webhook',
          webhooks: [{ ...aWebhook().webhooks[0], ...self, url: undefined, service }],
        } as never),
      }),
    ]),
  });

  test.each([
    ['another port', { url: 'https://127.0.0.1:443/mutate' }],
    ['http', { url: 'http://127.0.0.1:23443/mutate' }],
    [
      'another resource',
      { rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['nodes'] }] },
    ],
    ['an unknown review version', { admissionReviewVersions: ['v2'] }],
    ['an empty bundle', { caCertificates: invalid('it is empty') }],
    [
      'a bundle that ended',
      {
        caCertificates: complete([
          {
            subject: 'CN=old',
            sha256: 'c'.repeat(64),
            notBefore: '2020-01-01T00:00:00Z',
            notAfter: '2021-01-01T00:00:00Z',
          },
        ]),
      },
    ],
    [
      'a namespace left out',
      {
        namespaceSelector: {
          matchLabels: {},
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['checkout'] }],
        },
      },
    ],
    ['a label that no pod has', { objectSelector: { matchLabels: { inject: 'yes' }, matchExpressions: [] } }],
  ])('%s is invalid', (_name, over) => expect(idsOf(withEntry(over))).toEqual(['webhook-invalid']));

  test.each([
    ['every wildcard', { rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }] }],
    ['a url elsewhere', { url: 'https://webhook.example.com/mutate' }],
    ['both review versions', { admissionReviewVersions: ['v1', 'v1beta1'] }],
    ['failurePolicy Fail', { failurePolicy: 'Fail' }],
    [
      'another namespace left out',
      {
        namespaceSelector: {
          matchLabels: {},
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
        },
      },
    ],
  ])('%s is valid', (_name, over) => expect(idsOf(withEntry(over))).toEqual([]));

  test('a self-hosted one is valid with its path, and invalid without', () => {
    expect(
      idsOf(someFacts(selfHosted({ namespace: 'kube-system', name: 'pod-identity-webhook', path: '/mutate' }))),
    ).toEqual([]);
    expect(idsOf(someFacts(selfHosted({ namespace: 'kube-system', name: 'pod-identity-webhook' })))).toEqual([
      'webhook-invalid',
    ]);
    expect(idsOf(someFacts(selfHosted({ namespace: 'gone', name: 'pod-identity-webhook', path: '/mutate' })))).toEqual([
      'webhook-invalid',
    ]);
  });

  test('is nobody’s business where no account wants a role', () => {
    const inside = {
      webhook: complete(undefined),
      serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
      pods: complete([]),
    };
    expect(idsOf(someFacts({ clusters: complete([aReadCluster(inside)]) }))).toEqual([]);
  });
});

describe('pods', () => {
  const bare = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });
  const messageOf = (account: Parameters<typeof aServiceAccount>[0], labels = {}): string | undefined =>
    evaluate(
      someFacts({
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([aServiceAccount(account)]),
            pods: complete([aPod({ containers: [bare], volumes: [], labels })]),
            webhook: complete(
              aWebhook({
                objectSelector: {
                  matchLabels: {},
                  matchExpressions: [
                    { key: 'eks.amazonaws.com/skip-pod-identity-webhook', operator: 'DoesNotExist', values: [] },
                  ],
                },
              }),
            ),
          }),
        ]),
      }),
      { rules },
    ).findings.find(({ ruleId }) => ruleId === 'pod-not-injected')?.message;

  test.each([
    ['account newer', { createdAt: '2026-10-02T00:00:00Z' }, {}, 'the service account was made after the pod'],
    [
      'annotation older',
      { annotatedAt: '2026-02-01T00:00:00Z' },
      {},
      'the webhook did not answer when the pod was made',
    ],
    ['annotation newer', { annotatedAt: '2026-10-02T00:00:00Z' }, {}, 'was last written at 2026-10-02T00:00:00Z'],
    ['opted out', {}, { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' }, 'tells the webhook to leave it alone'],
    ['nothing known', {}, {}, 'the facts do not tell which'],
  ])('%s', (_name, account, labels, words) => expect(messageOf(account, labels)).toContain(words));

  test.each([
    [
      'a container that names another role beside the annotated one',
      [
        aContainer(),
        aContainer({
          name: 'b',
          irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/own' },
        }),
      ],
      [],
    ],
    [
      'a lone role variable',
      [aContainer(), aContainer({ name: 'b', awsVariables: ['AWS_ROLE_ARN'] })],
      ['pod-container-uncovered'],
    ],
    ['variables without the mount', [aContainer(), aContainer({ name: 'b', mounts: {} })], ['pod-container-uncovered']],
    ['variables from elsewhere', [aContainer(), { ...bare, name: 'b', hasEnvFrom: true }], []],
    [
      'a profile',
      [aContainer({ awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_PROFILE'] })],
      ['pod-static-credentials'],
    ],
    [
      'a credentials file',
      [aContainer({ mounts: { ...aContainer().mounts, keys: '/home/app/.aws' } })],
      ['pod-static-credentials'],
    ],
  ])('%s', (_name, containers, expected) =>
    expect(
      idsOf(someFacts({ clusters: complete([aReadCluster({ pods: complete([aPod({ containers })]) })]) })),
    ).toEqual(expected),
  );

  test('a mirror pod and a young pod of an account not listed yet are silent', () => {
    const pods = complete([
      aPod({ serviceAccount: 'new', createdAt: '2026-11-01T05:58:00Z' }),
      aPod({ isMirror: true, containers: [bare], volumes: [] }),
    ]);
    expect(idsOf(someFacts({ clusters: complete([aReadCluster({ pods })]) }))).toEqual([]);
  });
});

describe('one cause once', () => {
  const event: AssumeEvents = {
    roleArn: aRole().arn,
    subject: 'system:serviceaccount:checkout:cart',
    providerArn: `arn:aws:iam::${exampleAccountId}:oidc-provider/${exampleIssuer.replace('https://', '')}`,
    region: 'eu-west-1',
    successes: 0,
    failures: [
      {
        errorCode: 'AccessDenied',
        errorMessage: 'An unknown error occurred',
        count: 3,
        lastAt: '2026-11-01T05:00:00Z',
      },
    ],
    userAgents: [],
    verificationMethods: ['IAMTrustStore'],
    lastAt: '2026-11-01T05:00:00Z',
  };
  const runtime = complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [event] });
  const trusting = (subject: string) =>
    someFacts({
      clusters: complete([aReadCluster()]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject }) })]),
      runtime,
    });

  test('a star under StringEquals explains the refused account and its failed calls', () => {
    const { findings } = evaluate(trusting('system:serviceaccount:checkout:*'), { rules: catalog });
    const star = findings.find(({ ruleId }) => ruleId === 'trust-subject-literal-wildcard');
    expect(star?.explains.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(['service-account-role-not-trusting', 'runtime-assume-failing']),
    );
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain('service-account-role-not-trusting');
  });

  test('a role for somebody else is the account’s finding, and explains its failed calls', () => {
    const found = evaluate(trusting('system:serviceaccount:basket:cart'), { rules }).findings;
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['service-account-role-not-trusting']);
    expect(found[0]?.explains).toMatchObject([{ ruleId: 'runtime-assume-failing' }]);
  });

  test('a failure that nothing explains keeps the event’s own words', () => {
    const [found] = evaluate(trusting('system:serviceaccount:checkout:cart'), { rules }).findings;
    expect(found?.ruleId).toBe('runtime-assume-failing');
    expect(found?.message).toContain('AccessDenied: An unknown error occurred');
    expect(found?.message).toContain('unexplained');
  });
});

describe('SDK versions', () => {
  test.each([
    ['1.9.9', '1.9.220', true],
    ['1.10.0', '1.9.220', false],
    ['3.3.659.1', '3.3.659.1', false],
    ['3.3.659', '3.3.659.1', true],
  ])('%s against %s', (version, minimum, below) => expect(isBelow(version, minimum)).toBe(below));

  test.each([
    ['aws-sdk-go/1.45.1 (go1.21.4; linux; amd64)', ['AWS SDK for Go v1 1.45.1']],
    ['aws-sdk-go-v2/1.36.3 ua/2.1 api/sts#1.33.17', ['AWS SDK for Go v2 1.36.3']],
    ['APN/1.0 Boto3/1.22.4 Python/3.7.10 Botocore/1.25.4', ['boto3 1.22.4', 'botocore 1.25.4']],
    ['aws-sdk-java/2.46.14 md/io#sync', ['AWS SDK for Java v2 2.46.14']],
    ['curl/8', []],
  ])('%s', (agent, expected) =>
    expect(sdksOf(agent).map(({ name, version }) => `${name} ${version}`)).toEqual(expected),
  );
});
