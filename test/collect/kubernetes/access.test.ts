import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eksTokenSource, stsHost } from '../../../lib/collect/kubernetes/eks-token.ts';
import { contextOf, parseKubeconfigs } from '../../../lib/collect/kubernetes/kubeconfig.ts';
import { endpointOf } from '../../../lib/collect/kubernetes/kubeconfig-endpoint.ts';
import { ownerOf } from '../../../lib/collect/kubernetes/pod-owner.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});
const directory = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  directories.push(made);
  return made;
};

describe('EKS tokens', () => {
  const start = Date.parse('2026-11-01T00:00:00Z');
  const source = (over: { readonly now: () => number; readonly expiration?: Date }) => {
    let signed = 0;
    const credentials = async () => {
      signed += 1;
      return {
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 's',
        sessionToken: 'a/b+c=',
        ...(over.expiration ? { expiration: over.expiration } : {}),
      };
    };
    return {
      token: eksTokenSource({ clusterName: 'shop', region: 'eu-west-1', credentials, now: over.now }),
      signed: () => signed,
    };
  };

  test('are a presigned GetCallerIdentity of the region, for 60 s, with the cluster signed in', async () => {
    const token = await source({ now: () => start }).token();
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
    expect(url.host).toBe('sts.eu-west-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Date': '20261101T000000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Security-Token': 'a/b+c=',
    });
  });

  test.each([
    ['12 minutes later', 12, undefined, 1],
    ['14 minutes later', 14, undefined, 2],
    ['the credentials end in between', 5, 5, 2],
  ] as const)('%s', async (_, minutes, ends, expected) => {
    let now = start;
    const { token, signed } = source({
      now: () => now,
      ...(ends ? { expiration: new Date(start + ends * 60_000) } : {}),
    });
    await token();
    now += minutes * 60_000;
    await token();
    expect(signed()).toBe(expected);
  });

  test('without credentials say so', async () => {
    const token = eksTokenSource({
      clusterName: 'shop',
      region: 'eu-west-1',
      now: () => start,
      credentials: async () => Promise.reject(new Error('no profile')),
    });
    await expect(token()).rejects.toMatchObject({
      name: 'CredentialUnavailable',
      message: 'no AWS credentials to sign a token for cluster shop: no profile',
    });
  });

  test.each([
    ['eu-west-1', 'sts.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ])('STS of %s', (region, host) => expect(stsHost(region)).toBe(host));
});

const kubeconfig = (cluster: object, user: object): string =>
  JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', ...cluster } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user }],
  });

const parsed = (text: string, at = '/') => parseKubeconfigs([{ text, source: 'config', directory: at }]);

describe('kubeconfig', () => {
  const endpoint = (cluster: object, user: object, at = directory()) =>
    endpointOf(contextOf(parsed(kubeconfig(cluster, user), at), undefined), {
      env: { PATH: process.env.PATH },
      now: () => Date.parse('2026-11-01T00:00:00Z'),
      timeoutMs: 5_000,
    });

  test('takes authority, token and name to verify from the text', async () => {
    const found = await endpoint(
      { 'certificate-authority-data': Buffer.from('PEM').toString('base64'), 'tls-server-name': 'kubernetes' },
      { token: 'secret' },
    );
    expect(found).toMatchObject({ url: 'https://127.0.0.1:1', caPem: 'PEM', serverName: 'kubernetes' });
    expect(await found.token?.()).toBe('secret');
  });

  test('takes authority, certificate and token from files beside it', async () => {
    const at = directory();
    for (const name of ['ca', 'crt', 'key', 'token']) writeFileSync(join(at, name), `${name}\n`);
    const found = await endpoint(
      { 'certificate-authority': 'ca' },
      { 'client-certificate': 'crt', 'client-key': 'key', tokenFile: 'token' },
      at,
    );
    expect(found).toMatchObject({ caPem: 'ca\n', clientCertificate: { certPem: 'crt\n', keyPem: 'key\n' } });
    expect(await found.token?.()).toBe('token');
  });

  test('runs a plugin as it is named, once for a token that lasts, and hands it what kubectl would', async () => {
    const at = directory();
    const plugin = join(at, 'plugin');
    writeFileSync(
      plugin,
      '#!/bin/sh\necho run >> "$0.log"\necho "{\\"status\\":{\\"token\\":\\"$1-$MORE-$(test -n $KUBERNETES_EXEC_INFO && echo info)\\",\\"expirationTimestamp\\":\\"2026-11-01T00:14:00Z\\"}}"\n',
    );
    chmodSync(plugin, 0o755);
    const { token } = await endpoint(
      {},
      { exec: { command: './plugin', args: ['a'], env: [{ name: 'MORE', value: 'b' }] } },
      at,
    );
    expect(await token?.()).toBe('a-b-info');
    expect(await token?.()).toBe('a-b-info');
  });

  test.each([
    ['fails', 'exit 3', /plugin .* failed: it ended with exit code 3/],
    ['answers no token', 'echo hello', /answered no ExecCredential/],
  ])('a plugin that %s', async (_, script, message) => {
    const at = directory();
    writeFileSync(join(at, 'plugin'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(at, 'plugin'), 0o755);
    const { token } = await endpoint({}, { exec: { command: './plugin' } }, at);
    await expect(token?.()).rejects.toThrow(message);
  });

  test.each([
    ['http', { server: 'http://127.0.0.1:1' }, {}, /must be https/],
    ['an unverified certificate', { 'insecure-skip-tls-verify': true }, {}, /refused/],
    ['a proxy', { 'proxy-url': 'http://proxy' }, {}, /not supported/],
    ['a password', {}, { username: 'me' }, /not supported/],
    ['a file that is not there', { 'certificate-authority': 'none' }, {}, /cannot be read/],
  ])('refuses %s', async (_, cluster, user, message) => {
    await expect(endpoint(cluster, user)).rejects.toThrow(message);
  });

  test.each([
    ['no YAML', '{', /is no kubeconfig/],
    ['something else', '[1, 2]', /is no kubeconfig/],
    ['no current context', '{"clusters":[]}', /no current context/],
  ])('says what is wrong with %s', (_, text, message) => {
    expect(() => contextOf(parsed(text), undefined)).toThrow(message);
  });
});

describe('owners', () => {
  const createdAt = '2026-11-01T06:00:00Z';
  const minutes = Date.parse(createdAt) / 60_000;
  test.each([
    ['none', undefined, {}, undefined],
    [
      'Deployment by hash',
      { kind: 'ReplicaSet', name: 'web-5f8d' },
      { 'pod-template-hash': '5f8d' },
      { kind: 'Deployment', name: 'web' },
    ],
    [
      'Argo Rollout by its own label',
      { kind: 'ReplicaSet', name: 'web-5f8d' },
      { 'rollouts-pod-template-hash': '5f8d' },
      { kind: 'Rollout', name: 'web' },
    ],
    ['bare ReplicaSet', { kind: 'ReplicaSet', name: 'web-5f8d' }, {}, { kind: 'ReplicaSet', name: 'web-5f8d' }],
    [
      'hash of another set',
      { kind: 'ReplicaSet', name: 'web-5f8d' },
      { 'pod-template-hash': '99' },
      { kind: 'ReplicaSet', name: 'web-5f8d' },
    ],
    ['CronJob by due minute', { kind: 'Job', name: `report-${minutes}` }, {}, { kind: 'CronJob', name: 'report' }],
    [
      'Job with a date in its name',
      { kind: 'Job', name: 'backup-20261124' },
      {},
      { kind: 'Job', name: 'backup-20261124' },
    ],
    ['DaemonSet', { kind: 'DaemonSet', name: 'logs' }, {}, { kind: 'DaemonSet', name: 'logs' }],
  ])('%s', (_, controller, labels, owner) => {
    expect(ownerOf({ ...(controller ? { controller } : {}), labels, createdAt })).toEqual(owner);
  });
});
