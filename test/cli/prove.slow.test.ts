import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../../sandbox/world/build.ts';
import { aNamespaceDocument, anAccountDocument, aWebhookDocument } from '../../sandbox/world/kubernetes-documents.ts';
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
    webhooks: [aWebhookDocument()],
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
      ...['why', `serviceaccount/${over.asked ?? 'cart'}`, '-n', 'checkout', '--prove', '--kubeconfig', path],
      ...['--region', 'eu-west-1', '--no-color'],
      ...(over.json ? ['-o', 'json'] : []),
      ...(over.more ?? []),
    ]);
  } finally {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  }
};

const audience = (value: string) => ({ annotations: { 'eks.amazonaws.com/audience': value } });
const all = [
  ...['get /.well-known/openid-configuration', 'get /openid/v1/jwks', 'get /version', 'create serviceaccounts/token'],
  ...['namespaces', 'serviceaccounts', 'pods', 'mutatingwebhookconfigurations'].flatMap(one => [
    `get ${one}`,
    `list ${one}`,
  ]),
];
const denied = (operation: string) => ({ faults: [{ operation, kind: 'deny' as const }] });
/** The live end of the chain, and its reason. */
const whole: readonly (readonly [title: string, over: Parameters<typeof prove>[0]])[] = [
  ['all links', {}],
  ['a service account without the annotation', { asked: 'bare' }],
  ['an annotation that is no ARN', { annotation: 'shop-cart' }],
  ...['https://kubernetes.default.svc', issuer, 'vault'].map(
    one => [`the audience ${JSON.stringify(one)}`, audience(one)] as const,
  ),
  ['a role of another account', { annotation: roleArn.replace(accountId, '999988887777') }],
  ['a role that is not there', { annotation: `${roleArn}s` }],
  ['no provider', { provider: false }],
  ['a policy for another one', { role: aWorldRole('shop-cart', trust(accountId, issuer, exactly('basket', 'cart'))) }],
  ['a token that may not be made', { allowed: all.filter(one => one !== 'create serviceaccounts/token') }],
  ['STS that refuses', denied('sts:AssumeRoleWithWebIdentity')],
];

test('of each fault the whole answer', async () => {
  let told = '';
  for (const [title, over] of whole) {
    const { stdout, stderr, code } = await prove(over);
    const lines = stdout.split('\n').filter(line => /^[✔✖?] live|^Why|^ {2}(seen|wanted) /.test(line));
    const plain = `${lines.join('\n')}\n${stderr}`
      .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
      .replaceAll(/\/\S*prove-\w+\//g, 'FOLDER/');
    told += `# ${title}\n${plain}exit code ${code}\n\n`;
  }
  golden('answers/prove.txt', told);
}, 120_000);

test('why --prove gets credentials, which it never shows', async () => {
  const { stdout } = await prove({});
  expect(stdout).toMatch(/^✔ live token /m);
  expect(stdout).toMatch(/^✔ live call /m);
  expect(stdout.replace(/\s+/g, ' ')).toContain('they were discarded');
  expect(stdout).not.toMatch(/ASIA|eyJ/);
});

test('it says which permission a token needs', async () => {
  const { stdout } = await prove({ allowed: all.filter(one => one !== 'create serviceaccounts/token') });
  expect(stdout.replace(/\s+/g, ' ')).toContain('create serviceaccounts/token in the API group ""');
});

test.each([false, true])('it writes no command to a log and no direction mark (JSON: %s)', async json => {
  const { stdout, stderr, code } = await prove({ annotation: '::error::x \u202e\u001b[31m##[group]', json });
  expect(`${stdout}${stderr}`).not.toMatch(/::error|##\[|[\u202e\u001b]/);
  expect(code).toBe(1);
});
