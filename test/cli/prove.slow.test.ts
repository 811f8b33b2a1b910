import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../../sandbox/world/build.ts';
import { aNamespaceDocument, anAccountDocument } from '../../sandbox/world/kubernetes-documents.ts';
import type { KubernetesWorld } from '../../sandbox/world/kubernetes-world.ts';
import { signToken } from '../../sandbox/world/signing-keys.ts';
import type { World, WorldRole } from '../../sandbox/world/world.ts';
import { runCommand } from '../support/captured-io.ts';
import { golden } from '../support/golden.ts';

const accountId = '111122223333';
const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const roleArn = `arn:aws:iam::${accountId}:role/shop-cart`;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

/** An account with one role and, if wanted, the provider; one cluster inside of which is checkout/cart. */
const prove = async (over: {
  readonly role?: WorldRole;
  readonly provider?: { readonly audiences: string[] } | false;
  readonly annotation?: string;
  readonly allowed?: string[];
  readonly json?: boolean;
  readonly annotations?: Record<string, string>;
  readonly faults?: World['faults'];
  /** The service account that is asked about. */
  readonly asked?: string;
  readonly more?: readonly string[];
}) => {
  const world: World = {
    accounts: [
      anAccount(accountId, 'workloads', {
        clusters: [aWorldCluster('shop', 'eu-west-1', issuer)],
        providers: over.provider === false ? [] : [aWorldProvider(issuer, ['0'.repeat(40)], over.provider ?? {})],
        roles: [over.role ?? aWorldRole('shop-cart', trust(accountId, issuer, exactly('checkout', 'cart')))],
      }),
    ],
    issuers: [{ url: issuer, chain: 'public', discovery: 'valid' }],
    kubernetes: new Map(),
    faults: over.faults ?? [],
  };
  const inside: KubernetesWorld = {
    version: 'v1.34.9',
    issuer,
    namespaces: [aNamespaceDocument('checkout')],
    serviceAccounts: [
      anAccountDocument('checkout', 'cart', {
        role: over.annotation ?? roleArn,
        ...(over.annotations === undefined ? {} : { annotations: over.annotations }),
      }),
      anAccountDocument('checkout', 'bare'),
    ],
    pods: [],
    webhooks: [],
    ...(over.allowed ? { allowed: over.allowed } : {}),
  };
  const aws = await startAws(world);
  const cluster = await startKubernetes(inside, {
    mintToken: ({ namespace, serviceAccount, audiences, expirationSeconds }) => {
      const now = Math.floor(Date.now() / 1000);
      return signToken(issuer, {
        sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
        aud: audiences,
        iat: now,
        exp: now + expirationSeconds,
      });
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'prove-'));
  cleanups.push(
    () => aws.stop(),
    () => cluster.stop(),
    () => rmSync(directory, { recursive: true }),
  );
  const path = join(directory, 'config');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'shop',
      clusters: [
        {
          name: `arn:aws:eks:eu-west-1:${accountId}:cluster/shop`,
          cluster: { server: cluster.url, 'certificate-authority-data': cluster.certificateAuthority },
        },
      ],
      contexts: [{ name: 'shop', context: { cluster: `arn:aws:eks:eu-west-1:${accountId}:cluster/shop`, user: 'me' } }],
      users: [{ name: 'me', user: { token: cluster.token } }],
    }),
  );
  const keys = sandboxCredentials(accountId);
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  });
  try {
    return await runCommand([
      'prove',
      '--service-account',
      over.asked ?? 'checkout/cart',
      '--kubeconfig',
      path,
      ...(over.json ? ['--json'] : []),
      ...(over.more ?? []),
    ]);
  } finally {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  }
};

const stepsOf = (stdout: string): readonly string[] =>
  stdout
    .split('\n')
    .filter(line => /^[✔✖?]/.test(line))
    .map(line => line.split(/\s+/).slice(0, 2).join(' '));

const audience = (value: string) => ({ annotations: { 'eks.amazonaws.com/audience': value } });
const denied = (operation: string) => ({ faults: [{ operation, kind: 'deny' as const }] });
const policyOf = (over: (statement: Record<string, unknown>) => void): WorldRole => {
  const role = aWorldRole('shop-cart', trust(accountId, issuer, exactly('checkout', 'cart')));
  const policy = JSON.parse(role.trustPolicy);
  over(policy.Statement[0]);
  return { ...role, trustPolicy: JSON.stringify(policy) };
};
const whole: readonly (readonly [title: string, over: Parameters<typeof prove>[0]])[] = [
  ['all links', {}],
  ['all links, as JSON', { json: true }],
  ['a service account that is not there', { asked: 'checkout/crat' }],
  ['a service account without the annotation', { asked: 'checkout/bare' }],
  ['a name without its namespace', { asked: 'cart' }],
  ['a service account that may not be read', { allowed: ['get /.well-known/openid-configuration'] }],
  ['an annotation that is no ARN', { annotation: 'shop-cart' }],
  ...[
    '',
    'https://kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    issuer,
    `${issuer}/`,
    'api',
    'k3s',
    'vault',
    'xkubernetes',
  ].map(one => [`the audience ${JSON.stringify(one)}`, audience(one)] as const),
  ['a role of another account', { annotation: roleArn.replace(accountId, '999988887777') }],
  ['a role that is not there', { annotation: `${roleArn}s` }],
  ['a role of another path', { annotation: roleArn.replace('role/', 'role/team/') }],
  ['a role that may not be read', denied('iam:GetRole')],
  ['credentials that are not known', denied('sts:GetCallerIdentity')],
  ['no provider', { provider: false }],
  ['a provider that may not be read', denied('iam:GetOpenIDConnectProvider')],
  ['a provider without an audience', { provider: { audiences: [] } }],
  ['a provider with others', { provider: { audiences: ['vault', 'x'] } }],
  ['a policy that cannot be parsed', { role: { ...aWorldRole('shop-cart', '{}'), trustPolicy: '{' } }],
  [
    'a policy that depends on more',
    { role: policyOf(one => Object.assign(one, { Condition: { StringEquals: { 'aws:PrincipalTag/x': 'y' } } })) },
  ],
  ['a policy for another one', { role: aWorldRole('shop-cart', trust(accountId, issuer, exactly('basket', 'cart'))) }],
  [
    'a policy that tests a tag of the role',
    {
      role: {
        ...policyOf(one => Object.assign(one, { Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })),
        tags: { team: 'shop' },
      },
    },
  ],
  ['a token that may not be made', { allowed: ['get serviceaccounts', 'get /.well-known/openid-configuration'] }],
  ['STS that refuses', denied('sts:AssumeRoleWithWebIdentity')],
  ['an issuer that the cluster does not tell', { allowed: ['get serviceaccounts', 'create serviceaccounts/token'] }],
  [
    'an issuer that is given',
    { allowed: ['get serviceaccounts', 'create serviceaccounts/token'], more: ['--issuer', issuer] },
  ],
  ['another issuer that is given', { more: ['--issuer', `${issuer.slice(0, -1)}0`] }],
];

test('of each fault the whole answer', async () => {
  let told = '';
  for (const [title, over] of whole) {
    const { stdout, stderr, code } = await prove(over);
    // Which rules a message of STS stands for has tests of its own.
    const plain = `${stdout}${stderr}`
      .replaceAll(/(explain \S+ \| \S+) \|.*/g, '$1 | …')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
      .replaceAll(/\/\S*prove-\w+\//g, 'FOLDER/');
    told += `# ${title}\n${plain}exit code ${code}\n\n`;
  }
  golden('answers/prove.txt', told);
}, 120_000);

describe('prove', () => {
  test('goes through every link and gets credentials, which it never shows', async () => {
    const { stdout, code } = await prove({});
    expect(stepsOf(stdout)).toEqual([
      '✔ annotation',
      '✔ role',
      '✔ provider',
      '✔ audience',
      '✔ trust',
      '✔ token',
      '✔ sts',
    ]);
    expect(stdout).toContain('they were discarded');
    expect(stdout).not.toMatch(/ASIA|eyJ/);
    expect(code).toBe(0);
  });

  test.each([
    ['annotation', { annotation: 'arn:aws:iam:::111122223333:role/shop-cart' }, 'service-account-role-arn-malformed'],
    ['role', { annotation: `${roleArn}s` }, 'service-account-role-missing'],
    ['provider', { provider: false as const }, 'cluster-provider-missing'],
    ['audience', { provider: { audiences: ['sts.amazonaws.com.cn'] } }, 'provider-audience-missing'],
    [
      'trust',
      { role: aWorldRole('shop-cart', trust(accountId, issuer, exactly('basket', 'cart'))) },
      'service-account-role-not-trusting',
    ],
  ])('stops at the %s', async (step, over, rule) => {
    const { stdout, code } = await prove(over);
    expect(stepsOf(stdout).at(-1)).toBe(`✖ ${step}`);
    expect(stdout).toContain(rule);
    expect(code).toBe(1);
  });

  test('says which permission a token needs', async () => {
    const { stdout, code } = await prove({ allowed: ['get serviceaccounts', 'get /.well-known/openid-configuration'] });
    expect(stepsOf(stdout).at(-1)).toBe('? token');
    expect(stdout).toContain('create serviceaccounts/token in the API group ""');
    expect(code).toBe(3);
  });

  test.each([false, true])(
    'writes no command to a log and no direction mark of an annotation (JSON: %s)',
    async json => {
      const { stdout, stderr, code } = await prove({ annotation: '::error::x \u202e\u001b[31m##[group]', json });
      expect(`${stdout}${stderr}`).not.toMatch(/::error|##\[|[\u202e\u001b]/);
      expect(stdout).toContain('service-account-role-arn-malformed');
      expect(code).toBe(1);
    },
  );

  test('tells the links as JSON', async () => {
    const { steps } = JSON.parse((await prove({ json: true })).stdout);
    expect(steps.at(-1)).toMatchObject({ step: 'sts', result: 'ok' });
  });
});
