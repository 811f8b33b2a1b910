import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { takeOutboundEnvironment } from '../../lib/outbound/proxy.ts';
import { takeWayOut } from '../../lib/outbound/way-out.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { fleetServers, own, twoAccounts, twoRegions } from '../../sandbox/world/scenarios/two-accounts.ts';
import { runCommand } from '../support/captured-io.ts';
import { type ConnectProxy, type ProxyBehaviour, startConnectProxy } from '../support/connect-proxy.ts';

const run = promisify(execFile);

/** The command line in a network that has a way out by a proxy alone: the names of AWS lead nowhere else. */
let aws: SandboxAws;
let issuers: Issuers;
let proxy: ConnectProxy;
let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-proxy-'));
  issuers = await startIssuers(fleetServers());
  aws = await startAws(twoAccounts(issuers.thumbprints, new Date().toISOString()));
  const port = Number(new URL(aws.url).port);
  const ports = new Map(issuers.connectTo.map(text => [text.split(':').slice(0, 2).join(':'), text.split(':')[3]]));
  proxy = await startConnectProxy(place => {
    const issuer = ports.get(place);
    return issuer === undefined ? { port } : { port: Number(issuer), tls: true };
  });
  writeFileSync(join(folder, 'corp-ca.pem'), proxy.caPem);
  writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  const { accessKeyId, secretAccessKey } = sandboxCredentials(own);
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    HTTPS_PROXY: `http://jane:secret@127.0.0.1:${proxy.port}`,
    AWS_CA_BUNDLE: join(folder, 'corp-ca.pem'),
  });
});
beforeEach(() => {
  proxy.behave('inspect');
  (proxy.asked as string[]).length = 0;
});
afterAll(async () => {
  process.env = before;
  takeOutboundEnvironment({});
  takeWayOut(undefined);
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([aws.stop(), issuers.stop(), proxy.stop()]);
});

/** The way out alone: nothing else of this machine's environment. */
const named = ['HTTPS_PROXY', 'NO_PROXY', 'AWS_CA_BUNDLE'];
const command = (...args: readonly string[]) =>
  runCommand(args, {
    cwd: folder,
    env: Object.fromEntries(named.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : []))),
  });
const scan = (...args: readonly string[]) =>
  command('scan', ...twoRegions.flatMap(region => ['--region', region]), '--no-in-cluster', ...args);

/** The report, without line ends that a terminal would show elsewhere. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');
const places = () => [...new Set(proxy.asked)].sort();

test('AWS is read through the proxy, by the CA bundle of the network, and the proxy is told once', async () => {
  const { stdout, stderr, code } = await scan('--fail-on', 'critical');
  expect([stderr, code]).toEqual(['', 0]);
  expect(stdout.match(/reached through a proxy/g)).toHaveLength(1);
  expect(flat(stdout)).toContain(
    `Note: issuers were reached through the proxy 127.0.0.1:${proxy.port} (HTTPS_PROXY), which resolves their names itself`,
  );
  expect(stdout).not.toMatch(/secret/);
  expect(places()).toEqual([
    'eks.eu-central-1.amazonaws.com:443',
    'eks.eu-west-1.amazonaws.com:443',
    'iam.amazonaws.com:443',
    'oidc.eks.eu-central-1.amazonaws.com:443',
    'oidc.eks.eu-west-1.amazonaws.com:443',
    'sts.eu-west-1.amazonaws.com:443',
  ]);
  expect(proxy.plain).toEqual([]);
  expect(new Set(proxy.authorizations)).toEqual(new Set([`Basic ${Buffer.from('jane:secret').toString('base64')}`]));
});

test('with every part asked for, no client goes past the proxy', async () => {
  const { stdout } = await scan('--cloud-trail', '--network', '--role-details', '--control-policies', '--json');
  const { apiCalls } = JSON.parse(stdout) as { readonly apiCalls: Readonly<Record<string, number>> };
  // Issuers are asked by a client of their own: the report counts these calls too.
  expect(apiCalls).toMatchObject({ 'issuer:GetDiscovery': 3, 'issuer:GetKeys': 3, 'tls:Handshake': 2 });
  for (const service of ['cloudtrail', 'organizations'])
    expect(places().some(place => place.startsWith(`${service}.`))).toBe(true);
  expect(proxy.plain).toEqual([]);
});

test('--no-issuers asks no issuer, exits 0, and says so as a choice', async () => {
  const { stdout, code } = await scan('--no-issuers', '--fail-on', 'critical', '--json');
  expect(code).toBe(0);
  expect(places().filter(place => place.startsWith('oidc.'))).toEqual([]);
  const { gaps, undecided, notes } = JSON.parse(stdout) as {
    readonly gaps: unknown;
    readonly undecided: readonly { readonly ruleId: string; readonly subject: string; readonly kind: string }[];
    readonly notes: readonly string[];
  };
  expect(gaps).toEqual([]);
  expect(notes).toContain(
    'no issuer was asked (--no-issuers): rules about their certificates and documents are undecided',
  );
  const ofIssuers = undecided.filter(({ ruleId }) => /^issuer-(?!outside)|thumbprint-(?!consulted)/.test(ruleId));
  expect(ofIssuers.map(({ ruleId }) => ruleId).sort()).toEqual([
    'issuer-certificate-expiring',
    'issuer-certificate-untrusted',
    'issuer-claimable',
    'issuer-discovery-invalid',
    'issuer-unreachable',
    'provider-thumbprint-mismatch',
    'provider-thumbprint-not-root',
    'provider-thumbprint-stale',
  ]);
  for (const { subject, kind } of ofIssuers) expect([subject, kind]).toEqual(['*', 'not-asked-for']);
});

test.each<readonly [string, ProxyBehaviour, RegExp]>([
  [
    'wants another password',
    { refuse: '407 Proxy Authentication Required' },
    /^irsa-auditor: the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) refuses a connection to sts\.eu-west-1\.amazonaws\.com:443: 407 Proxy Authentication Required; give HTTPS_PROXY the user and password that the proxy wants \(http:\/\/USER:PASSWORD@HOST:PORT\)\n$/,
  ],
  [
    'hangs',
    'hang',
    /^irsa-auditor: the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) opened no connection to sts\.eu-west-1\.amazonaws\.com:443 within 6 s; check the proxy, or name the host in NO_PROXY\n$/,
  ],
])('a proxy that %s is told in one sentence within ten seconds', async (_, behaviour, sentence) => {
  proxy.behave(behaviour);
  const started = performance.now();
  const { stdout, stderr, code } = await scan();
  expect(performance.now() - started).toBeLessThan(10_000);
  expect([stdout, code]).toEqual(['', 2]);
  expect(stderr).toMatch(sentence);
});

test.each<readonly [string, string, string, RegExp]>([
  [
    'a proxy that is not there',
    'HTTPS_PROXY',
    'http://jane:secret@127.0.0.1:1',
    /^irsa-auditor: the proxy 127\.0\.0\.1:1 \(HTTPS_PROXY\) cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1; check HTTPS_PROXY\n$/,
  ],
  [
    'a proxy of another kind',
    'HTTPS_PROXY',
    'socks5://jane:secret@127.0.0.1:1',
    /^irsa-auditor: HTTPS_PROXY: got socks5:\/\/127\.0\.0\.1:1, wanted a proxy of http:\/\/ or https:\/\/ that opens tunnels \(CONNECT\)\n$/,
  ],
  [
    'a bundle that is not there',
    'AWS_CA_BUNDLE',
    '/nonexistent.pem',
    /^irsa-auditor: AWS_CA_BUNDLE: \/nonexistent\.pem cannot be used: ENOENT[^\n]*\n$/,
  ],
  [
    'a bundle of nothing',
    'AWS_CA_BUNDLE',
    import.meta.filename,
    /^irsa-auditor: AWS_CA_BUNDLE: \S+ cannot be used: it holds no certificate in PEM form\n$/,
  ],
])('%s is told in one sentence', async (_, name, value, sentence) => {
  const earlier = process.env[name];
  process.env[name] = value;
  try {
    const { stdout, stderr, code } = await scan();
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(sentence);
  } finally {
    process.env[name] = earlier;
  }
});

test('a proxy that inspects without a bundle is told, by the program as people start it', async () => {
  const { AWS_CA_BUNDLE: _, ...env } = process.env;
  const started = run(process.execPath, [join(import.meta.dirname, '../../bin/irsa-auditor.ts'), 'scan'], {
    cwd: folder,
    env: { ...env, AWS_REGION: 'eu-west-1' },
  });
  await expect(started).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^irsa-auditor: the certificate of AWS is not trusted here: self-signed certificate in certificate chain; where a proxy inspects TLS, name the CA bundle of your network in AWS_CA_BUNDLE\n$/m,
    ),
  });
});

test('NODE_EXTRA_CA_CERTS is enough too, and the program ends', async () => {
  const { AWS_CA_BUNDLE: bundle, ...env } = process.env;
  const args = ['scan', '--no-in-cluster', '--no-issuers', '--fail-on', 'critical', '--format', 'json'];
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, '../../bin/irsa-auditor.ts'), ...args], {
    cwd: folder,
    env: { ...env, AWS_REGION: 'eu-west-1', NODE_EXTRA_CA_CERTS: bundle },
  });
  expect(JSON.parse(stdout)).toMatchObject({ gaps: [] });
});

test('the sign-in of IAM Identity Center goes through the proxy too', async () => {
  mkdirSync(join(folder, '.aws', 'sso', 'cache'), { recursive: true });
  const cache = join(folder, '.aws', 'sso', 'cache', `${createHash('sha1').update('corp').digest('hex')}.json`);
  writeFileSync(cache, JSON.stringify({ accessToken: 'token', expiresAt: '2100-01-01T00:00:00Z' }));
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `[profile corp]\nsso_session = corp\nsso_account_id = ${own}\nsso_role_name = Reader\nregion = eu-west-1\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n`,
  );
  const earlier = { ...process.env };
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  Object.assign(process.env, { HOME: folder, AWS_CONFIG_FILE: config });
  try {
    const { code } = await scan('--profile', 'corp');
    expect(code).toBe(2);
    expect(places()).toEqual(['portal.sso.eu-west-1.amazonaws.com:443']);
  } finally {
    process.env = earlier;
  }
});

test('the deployment of AWS is read through the proxy', async () => {
  writeFileSync(join(folder, 'deployed.json'), '{}');
  await command('doctor', '--config', 'deployed.json', '--region', 'eu-west-1');
  expect(places()).toContain('cloudformation.eu-west-1.amazonaws.com:443');
});

test('NO_PROXY keeps AWS from the proxy', async () => {
  process.env.NO_PROXY = 'localhost';
  process.env.AWS_ENDPOINT_URL = aws.url;
  try {
    await scan('--no-issuers');
    expect(proxy.asked).toEqual([]);
  } finally {
    delete process.env.NO_PROXY;
    delete process.env.AWS_ENDPOINT_URL;
  }
});

test.each([
  ['without a proxy', ''],
  ['beside a proxy', 'http://127.0.0.1:9'],
])('the CA bundle of the network is taken %s', async (_, HTTPS_PROXY) => {
  const AWS_CA_BUNDLE = join(folder, 'nothing.pem');
  writeFileSync(AWS_CA_BUNDLE, 'no certificate');
  const { stderr, code } = await runCommand(['scan', '--region', 'eu-west-1', '--no-in-cluster'], {
    cwd: folder,
    env: { AWS_CA_BUNDLE, HTTPS_PROXY },
  });
  expect(stderr).toContain(`AWS_CA_BUNDLE: ${AWS_CA_BUNDLE} cannot be used: it holds no certificate in PEM form`);
  expect(code).toBe(2);
});
