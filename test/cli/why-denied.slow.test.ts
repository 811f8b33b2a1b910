/** `why` where the cluster refuses, the names are hostile, or there is nothing to ask. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../../sandbox/world/build.ts';
import {
  aNamespaceDocument,
  anAccountDocument,
  aWebhookDocument,
  podDocuments,
} from '../../sandbox/world/kubernetes-documents.ts';
import type { KubernetesWorld } from '../../sandbox/world/kubernetes-world.ts';
import type { Fault, World } from '../../sandbox/world/world.ts';
import { runCommand } from '../support/captured-io.ts';

const accountId = '111122223333';
const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const roleArn = `arn:aws:iam::${accountId}:role/shop-cart`;
const clusterArn = `arn:aws:eks:eu-west-1:${accountId}:cluster/shop`;

let issuers: Issuers;
let roots: string;
beforeAll(async () => {
  issuers = await startIssuers([{ url: issuer, chain: 'public', discovery: 'valid' }]);
  roots = mkdtempSync(join(tmpdir(), 'why-roots-'));
  writeFileSync(join(roots, 'roots.pem'), issuers.caPem);
});
afterAll(async () => {
  rmSync(roots, { recursive: true });
  await issuers.stop();
});

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

interface Over {
  readonly inside?: Partial<KubernetesWorld>;
  readonly faults?: Fault[];
  readonly token?: string;
  /** The account of the credentials. */
  readonly caller?: string;
  readonly clusterName?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** One account with one cluster, inside of which is a pod of checkout/cart that gets its role. */
const why = async (command: string | readonly string[], over: Over = {}) => {
  const world: World = {
    accounts: [accountId, '444455556666'].map(id =>
      anAccount(id, 'workloads', {
        clusters: id === accountId ? [aWorldCluster('shop', 'eu-west-1', issuer)] : [],
        providers: [aWorldProvider(issuer, [issuers.thumbprints(issuer).root])],
        roles: [aWorldRole('shop-cart', trust(accountId, issuer, exactly('checkout', 'cart')))],
      }),
    ),
    issuers: [],
    kubernetes: new Map(),
    faults: over.faults ?? [],
  };
  const cluster = await startKubernetes({
    version: 'v1.34.9',
    issuer,
    namespaces: [aNamespaceDocument('checkout'), aNamespaceDocument('default')],
    serviceAccounts: [anAccountDocument('checkout', 'cart', { role: roleArn })],
    pods: podDocuments({ namespace: 'checkout', account: 'cart', owner: ['Deployment', 'cart'], injected: roleArn }),
    webhooks: [aWebhookDocument()],
    ...over.inside,
  });
  const aws = await startAws(world);
  const folder = mkdtempSync(join(tmpdir(), 'why-'));
  cleanups.push(
    () => aws.stop(),
    () => cluster.stop(),
    () => rmSync(folder, { recursive: true }),
  );
  const name = over.clusterName ?? clusterArn;
  writeFileSync(
    join(folder, 'config'),
    JSON.stringify({
      'current-context': 'shop',
      clusters: [
        { name, cluster: { server: cluster.url, 'certificate-authority-data': cluster.certificateAuthority } },
      ],
      contexts: [{ name: 'shop', context: { cluster: name, user: 'me', namespace: 'checkout' } }],
      users: [{ name: 'me', user: { token: over.token ?? cluster.token } }],
    }),
  );
  const keys = sandboxCredentials(over.caller ?? accountId);
  const words = typeof command === 'string' ? command.split(' ') : command;
  const reached = issuers.connectTo.flatMap(text => ['--connect-to', text]);
  return withEnvironment({ AWS_ENDPOINT_URL: aws.url, ...keys }, () =>
    runCommand(['why', ...words, ...reached, '--ca-file', join(roots, 'roots.pem')], {
      env: { KUBECONFIG: join(folder, 'config'), NO_COLOR: '1', ...over.env },
      ...(over.columns === undefined ? {} : { columns: over.columns }),
    }),
  );
};

const withEnvironment = async <T>(
  { accessKeyId, secretAccessKey, AWS_ENDPOINT_URL }: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> => {
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  try {
    return await work();
  } finally {
    process.env = before;
  }
};

/** The line of a step, with what is wrapped under it. */
const stepOf = (stdout: string, title: string): string => {
  const lines = stdout.split('\n');
  const at = lines.findIndex(line => /^[✔✖?x+] /.test(line) && line.slice(2).startsWith(title));
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('    '));
  return lines
    .slice(at, end)
    .map(line => line.trim())
    .join(' ');
};

const everything = [
  ...['get /version', 'get /.well-known/openid-configuration', 'list namespaces', 'list serviceaccounts', 'list pods'],
  'get mutatingwebhookconfigurations',
];
const without = (...calls: readonly string[]): Partial<KubernetesWorld> => ({
  allowed: everything.filter(call => !calls.includes(call)),
});

describe('what the cluster refuses', () => {
  test('pods: everything after them is a question mark, with the permission that is missing', async () => {
    const { stdout, code } = await why('pod/cart-0', { inside: without('list pods') });
    expect(stepOf(stdout, 'pod')).toMatch(
      /^\? pod +list pods: 403: pods is forbidden.*\(needs list pods in the API group ""\)$/,
    );
    expect(stdout).not.toMatch(/^[✔✖]/m);
    expect(code).toBe(3);
  });

  test('service accounts: the pod is a tick, the rest is open', async () => {
    const { stdout, code } = await why('pod/cart-0', { inside: without('list serviceaccounts') });
    expect(stepOf(stdout, 'pod')).toMatch(/^✔/);
    expect(stepOf(stdout, 'service account')).toMatch(/^\? .*checkout\/cart: list serviceaccounts: 403/);
    expect(stdout).not.toMatch(/^✖/m);
    expect(code).toBe(3);
  });

  test('lists of the whole cluster: those of the namespace are enough', async () => {
    const inside = without('list pods', 'list serviceaccounts', 'list namespaces', 'get mutatingwebhookconfigurations');
    const own = ['list pods in checkout', 'list serviceaccounts in checkout'];
    const { stdout } = await why('pod/cart-0', { inside: { allowed: [...(inside.allowed ?? []), ...own] } });
    for (const step of [
      'pod',
      'service account',
      'annotation',
      'injection',
      'token',
      'provider',
      'audience',
      'trust policy',
    ])
      expect(stepOf(stdout, step)).toMatch(/^✔/);
  });

  test('the caller: every step is open, and the reason is said once', async () => {
    const { stdout, code } = await why('pod/cart-0', { token: 'nobody' });
    expect(stepOf(stdout, 'pod')).toContain('401: Unauthorized');
    expect(stdout).not.toMatch(/^[✔✖]/m);
    expect([stdout.split('401').length, code]).toEqual([2, 3]);
  });
});

describe('what AWS refuses', () => {
  test.each([
    ['iam:ListRoles', 'trust policy'],
    ['iam:ListOpenIDConnectProviders', 'provider'],
    ['iam:GetOpenIDConnectProvider', 'provider'],
  ])('%s leaves the step %s open, with the operation', async (operation, step) => {
    const { stdout, code } = await why('pod/cart-0', { faults: [{ operation, kind: 'deny' }] });
    expect(stepOf(stdout, step)).toMatch(new RegExp(`^\\? .*${operation}: `));
    expect(code).toBe(3);
  });

  test('eks:ListClusters: the cluster is known by its kubeconfig, the role by IAM', async () => {
    const { stdout } = await why('pod/cart-0', { faults: [{ operation: 'eks:ListClusters', kind: 'deny' }] });
    expect(stepOf(stdout, 'trust policy')).toMatch(/^✔/);
  });

  test('credentials of another account are not used to judge this one', async () => {
    const { stdout, code } = await why('pod/cart-0', { caller: '444455556666' });
    expect(stepOf(stdout, 'provider')).toContain(
      `the credentials are of account 444455556666, and the cluster is of account ${accountId}`,
    );
    expect(stepOf(stdout, 'trust policy')).toMatch(/^\?/);
    expect(code).toBe(3);
  });
});

describe('names', () => {
  const hostile = 'arn:aws:iam::111122223333:role/\u001b[31mcart\u202e\n::error::gone';

  test('a hostile annotation is made visible, in the text and in JSON', async () => {
    const inside = { serviceAccounts: [anAccountDocument('checkout', 'cart', { role: hostile })] };
    const { stdout, code } = await why('sa/cart', { inside });
    expect(stdout).toContain(String.raw`\u{1b}[31mcart\u{202e}\n`);
    expect(stdout).not.toMatch(/[\u001b\u202e]|^::error/m);
    expect(code).toBe(1);
    const json = await why('sa/cart -o json', { inside });
    expect(json.stdout).not.toMatch(/[\u001b\u202e]/);
    expect(JSON.parse(json.stdout).steps[2].seen).toBe(hostile);
  });

  test('a hostile name of a pod is asked for as it is, and shown as it cannot act', async () => {
    const { stderr, code } = await why(['pod/\u001b[2J..%2f\u202e'], {});
    expect(stderr).toContain(String.raw`unknown pod "\u{1b}[2J..%2f\u{202e}" in namespace checkout`);
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
    expect(code).toBe(2);
  });

  test.each([
    ['Failed', { status: { phase: 'Failed' } }],
    ['Succeeded', { status: { phase: 'Succeeded' } }],
  ])('a pod that is %s is not unknown', async (phase, over) => {
    const pods = podDocuments({ namespace: 'checkout', account: 'cart' }).map(one => Object.assign({}, one, over));
    const { stderr, code } = await why('pod/cart-0', { inside: { pods } });
    expect(stderr).toContain(`pod checkout/cart-0 is ${phase}: only running and pending pods are looked at`);
    expect(code).toBe(2);
  });
});

test('without a kubeconfig there is nothing to ask, and it is said how to name one', async () => {
  const { stderr, code } = await runCommand(['why', 'pod/cart'], { env: {} });
  expect(stderr).toContain('no kubeconfig: got neither KUBECONFIG nor ~/.kube/config, wanted --kubeconfig');
  expect(code).toBe(2);
});

test('a terminal without UTF-8 gets ASCII marks', async () => {
  const { stdout } = await why('pod/cart-0', { env: { LANG: 'C' }, columns: 80 });
  expect(stdout).toMatch(/^\+ pod/m);
  expect(stdout).not.toMatch(/[✔✖]/);
});

test('a link named kubectl-irsa is the program that kubectl finds, and help says how it was called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'why-bin-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const link = join(folder, 'kubectl-irsa');
  symlinkSync(resolve('bin/irsa-auditor.js'), link);
  const { stdout, status } = spawnSync(process.execPath, [link, 'why', '--help'], { encoding: 'utf8' });
  expect(stdout).toMatch(/^Usage: kubectl irsa why \[options\] \[target\.\.\.\]/);
  expect(stdout).toContain('$ kubectl irsa why pod/cart-7d9 -n orders');
  expect(status).toBe(0);
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(bin['kubectl-irsa']).toBe(bin['irsa-auditor']);
});

test('commands name the context where it is not the current one', async () => {
  const inside = { serviceAccounts: [anAccountDocument('checkout', 'cart')] };
  const { stdout } = await why('sa/cart --context shop', { inside });
  expect(stdout).toContain('$ kubectl --context shop --namespace checkout annotate --overwrite -- serviceaccount/cart');
});
