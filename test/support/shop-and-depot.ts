/** Two clusters with several faults in the sandbox, for commands that audit: what a person gets for each of their options. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../sandbox/kubernetes/start-clusters.ts';
import { anAccount, aWorldProvider, aWorldRole, exactly, trust } from '../../sandbox/world/build.ts';
import type { World } from '../../sandbox/world/world.ts';
import { runCommand } from './captured-io.ts';
import { aPod, aReadCluster, aServiceAccount } from './example-cluster.ts';
import {
  aCluster,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from './example-world.ts';
import { kubeconfigOf } from './fix-bench.ts';
import { sandboxVariables } from './lead-to-sandbox.ts';
import { worldOfFacts } from './world-of-facts.ts';

const depotIssuer = exampleIssuer.replace('5C1D2E3F', 'DEB07000');
const roleArn = (name: string) => `arn:aws:iam::${exampleAccountId}:role/${name}`;
const annotated = (namespace: string, name: string, role: string, key = 'eks.amazonaws.com/role-arn') =>
  aServiceAccount({ namespace, name, annotations: { [key]: role.includes(':') ? role : roleArn(role) } });
const like = (subject: string): string => aTrustPolicy({ subject }).replace('StringEquals', 'StringLike');
const namespaces = ['checkout', 'orders', 'kube-system'].map(name => ({ name, labels: {}, terminating: false }));

/** Cluster shop with its provider; cluster depot, which has none. */
const shopAndDepot = (): Facts =>
  someFacts({
    settings: { inCluster: true },
    providers: complete([aProvider()]),
    roles: complete([
      aRole(),
      aRole({ name: 'open', arn: roleArn('team/open'), path: '/team/', trustPolicy: like('system:serviceaccount:*') }),
      aRole({
        name: 'refund',
        arn: roleArn('refund'),
        trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:orders:refunds' }),
      }),
      aRole({
        ...{ name: 'tagged', arn: roleArn('tagged') },
        trustPolicy: aTrustPolicy().replace(/"StringEquals":\{/, '"StringEquals":{"aws:ResourceTag/team":"pay",'),
        detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: { team: 'pay' } }),
      }),
      aRole({ name: 'crate', arn: roleArn('crate'), trustPolicy: aTrustPolicy({ issuer: depotIssuer }) }),
    ]),
    clusters: complete([
      aReadCluster({
        namespaces: complete(namespaces),
        serviceAccounts: complete([
          aServiceAccount(),
          annotated('checkout', 'pay', roleArn('checkout-cart').replace('iam::', 'iam:::')),
          annotated('orders', 'refund', 'refund'),
          annotated('orders', 'mail', 'refund', 'eks.amazonaws.com/role_arn'),
          aServiceAccount({ namespace: 'orders', name: 'plain', annotations: {} }),
          aServiceAccount({ namespace: 'kube-system', name: 'agent', annotations: {} }),
        ]),
        pods: complete([
          aPod(),
          aPod({
            namespace: 'orders',
            name: 'refund-0',
            serviceAccount: 'refund',
            owner: { kind: 'StatefulSet', name: 'refund' },
          }),
        ]),
      }),
      aReadCluster(
        {
          namespaces: complete(namespaces.slice(2)),
          issuer: complete(depotIssuer),
          serviceAccounts: complete([
            annotated('kube-system', 'crate', 'crate'),
            aServiceAccount({ namespace: 'kube-system', name: 'agent', annotations: {} }),
          ]),
          pods: complete([]),
        },
        { cluster: aCluster({ name: 'depot', issuer: depotIssuer }) },
      ),
    ]),
  });

/** An account with a provider for the issuer of shop, whose roles a service account of shop, and one that is not there, can
 *  assume; and with the role that reads it. */
const otherAccount = (thumbprint: string) => {
  const condition = { StringEquals: { 'sts:ExternalId': 'irsa-auditor' } };
  const caller = { AWS: `arn:aws:iam::${exampleAccountId}:root` };
  return anAccount('444455556666', 'other', {
    providers: [aWorldProvider(exampleIssuer, [thumbprint])],
    roles: [
      aWorldRole('far', trust('444455556666', exampleIssuer, exactly('checkout', 'cart'))),
      aWorldRole('farther', trust('444455556666', exampleIssuer, exactly('orders', 'refunds'))),
      aWorldRole('irsa-auditor-read', {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: caller, Action: 'sts:AssumeRole', Condition: condition },
      }),
    ],
  });
};

/** The output of a command, and the files that it left, by name. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  readonly files: Readonly<Record<string, string>>;
}

/** Configurations in the folder of the commands, by name. */
const configurations: Readonly<Record<string, object>> = {
  'inside.json': { inCluster: { enabled: true } },
  'accounts.json': { accounts: { from: 'list', accountIds: [exampleAccountId, '444455556666'] } },
  'irsa-auditor.config.json': {
    notifications: [
      ...['slack', 'teams', 'webhook'].map(to => ({ to, secretName: `a/${to}`, when: { clusters: ['other'] } })),
      { to: 'email', addresses: ['ops@example.com'] },
    ],
  },
};

/** The world of these facts from before the first test of a file until after its last, and commands over it. */
export const useShopAndDepot = (name: string) => {
  const folder = mkdtempSync(join(tmpdir(), `irsa-auditor-${name}-`));
  const before = { ...process.env };
  const facts = shopAndDepot();
  const at = '2026-11-01T06:00:00.000Z';
  const now = () => Date.parse(at);
  let issuers: Issuers;
  let world: World;
  let aws: SandboxAws;
  let clusters: Awaited<ReturnType<typeof startClusters>>;
  let own: ReadonlySet<string> = new Set();
  beforeAll(async () => {
    issuers = await startIssuers(
      [exampleIssuer, depotIssuer].map(url => ({ url, chain: 'public', discovery: 'valid' })),
      { now },
    );
    world = { ...worldOfFacts(facts, issuers.thumbprints(exampleIssuer), issuers.caPem), now };
    world.accounts.push(otherAccount(issuers.thumbprints(exampleIssuer).root));
    [aws, clusters] = await Promise.all([startAws(world), startClusters(world, issuers.mintToken)]);
    writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
    const kubeconfig = JSON.parse(kubeconfigOf(world, clusters.running));
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify({ ...kubeconfig, 'current-context': 'none' }));
    for (const [file, value] of Object.entries(configurations))
      writeFileSync(join(folder, file), JSON.stringify(value));
    own = new Set(readdirSync(folder));
    Object.assign(process.env, { ...sandboxVariables(aws.url, exampleAccountId, folder), AWS_REGION: 'eu-west-1' });
  }, 60_000);
  afterAll(async () => {
    process.env = before;
    await Promise.all([aws?.stop(), issuers?.stop(), clusters?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });
  const connected = (): readonly string[] => [
    ...['--ca-file', 'roots.pem'],
    ...issuers.connectTo.flatMap(text => ['--connect-to', text]),
  ];
  /** Without what changes from run to run. */
  const steady = (text: string): string =>
    text
      .replaceAll(folder, 'FOLDER')
      .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
      .replaceAll(/Note: issuers were\s+reached\s+elsewhere[\s\S]*?\n(?=Note: )/g, '')
      .replaceAll(/"issuers were reached elsewhere[^"]*"/g, '"reached elsewhere"')
      .replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA-256')
      .replaceAll(/LS0tLS1CRUdJTi[\w+/=]+/g, 'PEM')
      .replaceAll(/\r\u001b\[K[^\r\n]*/g, '');
  const run = async (
    words: readonly string[],
    over: { readonly stdin?: string; readonly columns?: number; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> => {
    const home = { HOME: folder, XDG_CACHE_HOME: `${folder}-cache`, KUBECONFIG: join(folder, 'none') };
    const env = { ...process.env, ...home, ...over.env } as Record<string, string>;
    const { env: _env, ...rest } = over;
    const answer = await runCommand(words, { cwd: folder, env, now: at, ...rest });
    const files = readdirSync(folder, { withFileTypes: true }).filter(one => one.isFile() && !own.has(one.name));
    const texts = files.map(({ name: file }) => [file, steady(readFileSync(join(folder, file), 'utf8'))] as const);
    for (const [file] of texts) rmSync(join(folder, file));
    return {
      stdout: steady(answer.stdout),
      stderr: steady(answer.stderr),
      code: answer.code,
      files: Object.fromEntries(texts),
    };
  };
  return { folder, run, connected, world: () => world, aws: () => aws, clusters: () => clusters.running };
};

/** An answer as a text to keep. */
export const inWords = (title: string, { stdout, stderr, code, files }: Answer): string =>
  [
    `$ ${title}`,
    stdout.trimEnd(),
    ...stderr
      .split('\n')
      .filter(Boolean)
      .map(line => `! ${line}`),
    ...Object.entries(files).flatMap(([name, text]) => [`--- ${name}`, text.trimEnd()]),
    `=> ${code}`,
    '',
  ].join('\n');
