import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { endpointOf } from '../../../lib/cli/kubeconfig/context-endpoint.ts';
import { contextOf, parseKubeconfigs } from '../../../lib/cli/kubeconfig/kubeconfig.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});
const directory = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  directories.push(made);
  return made;
};

const kubeconfig = (cluster: object, user: object): string =>
  JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', ...cluster } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user }],
  });

const parsed = (text: string, at = '/') => parseKubeconfigs([{ text, source: 'config', directory: at }]);

describe('kubeconfig', () => {
  const endpoint = async (cluster: object, user: object, at = directory()) =>
    endpointOf(contextOf(await parsed(kubeconfig(cluster, user), at), undefined), {
      env: { PATH: process.env.PATH, MORE: 'of the caller', OTHER: 'too' },
      now: () => Date.parse('2026-11-01T00:00:00Z'),
      timeoutMs: 60_000,
    });

  test('takes authority, token and name to verify from the text', async () => {
    const found = await endpoint(
      { 'certificate-authority-data': Buffer.from('PEM').toString('base64'), 'tls-server-name': 'kubernetes' },
      { token: 'secret' },
    );
    expect(found).toMatchObject({ url: 'https://127.0.0.1:1', caPem: 'PEM', serverName: 'kubernetes' });
    expect(await found.token?.()).toBe('secret');
  });

  test('takes the proxy of the cluster, with its user and password apart', async () => {
    const { proxy } = await endpoint({ 'proxy-url': 'http://jane:secret@proxy.example:3128' }, { token: 't' });
    expect(proxy?.url.href).toBe('http://proxy.example:3128/');
    expect(proxy?.authorization).toBe(`Basic ${Buffer.from('jane:secret').toString('base64')}`);
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

  test('takes no token from a key that kubectl does not know', async () => {
    const at = directory();
    writeFileSync(join(at, 'token'), 'token');
    expect(await endpoint({}, { 'token-file': join(at, 'token') }, at)).toEqual({ url: 'https://127.0.0.1:1' });
  });

  test('takes the authority that is written out before the one in a file, as kubectl does', async () => {
    const at = directory();
    writeFileSync(join(at, 'ca'), 'file');
    const data = Buffer.from('data').toString('base64');
    const cluster = { 'certificate-authority': 'ca', 'certificate-authority-data': data };
    expect(await endpoint(cluster, {}, at)).toMatchObject({ caPem: 'data' });
  });

  test('runs a plugin as it is named, once for a token that lasts, and hands it what kubectl would', async () => {
    const at = directory();
    const plugin = join(at, 'plugin');
    writeFileSync(
      plugin,
      `#!/bin/sh
echo "$MORE|$OTHER|$KUBERNETES_EXEC_INFO" >> "$0.log"
echo '{"status":{"token":"'$1-$2'","expirationTimestamp":"2026-11-01T00:14:00Z"}}'
`,
    );
    chmodSync(plugin, 0o755);
    const exec = { command: './plugin', args: ['a', '*'], env: [{ name: 'MORE', value: 'b' }] };
    const { token } = await endpoint({}, { exec }, at);
    expect(await token?.()).toBe('a-*');
    expect(await token?.()).toBe('a-*');
    const asked = (apiVersion: string) =>
      `b|too|${JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } })}\n`;
    const ofV1 = asked('client.authentication.k8s.io/v1');
    expect(readFileSync(`${plugin}.log`, 'utf8')).toBe(ofV1);
    const beta = { apiVersion: 'client.authentication.k8s.io/v1beta1', ...exec };
    await (await endpoint({}, { exec: beta }, at)).token?.();
    expect(readFileSync(`${plugin}.log`, 'utf8')).toBe(`${ofV1}${asked(beta.apiVersion)}`);
  });

  test('bounds a plugin in time and output, and ends it for good', async () => {
    const bounds: unknown[] = [];
    const record = (async (
      _command: string,
      _words: readonly string[],
      { env: _, ...rest }: object & { env: object },
    ) => {
      bounds.push(rest);
      return { stdout: '{"status":{"token":"t"}}', stderr: '' };
    }) as unknown as NonNullable<Parameters<typeof endpointOf>[1]['run']>;
    const context = contextOf(await parsed(kubeconfig({}, { exec: { command: './plugin' } })), undefined);
    for (const over of [{}, { timeoutMs: 5 }])
      await (await endpointOf(context, { env: {}, now: () => 0, run: record, ...over })).token?.();
    const bounded = { maxBuffer: 1_048_576, killSignal: 'SIGKILL', windowsHide: true };
    expect(bounds).toEqual([
      { timeout: 30_000, ...bounded },
      { timeout: 5, ...bounded },
    ]);
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
    ['a proxy that opens no tunnels', { 'proxy-url': 'socks5://proxy' }, {}, /wanted a proxy of http/],
    ['a password', {}, { username: 'me' }, /not supported/],
    ['impersonation', {}, { token: 'secret', as: 'someone-else' }, /impersonation \(as\) is not supported/],
    ['a file that is not there', { 'certificate-authority': 'none' }, {}, /cannot be read/],
  ])('refuses %s', async (_, cluster, user, message) => {
    await expect(endpoint(cluster, user)).rejects.toThrow(message);
  });

  test.each([
    ['no YAML', '{', /is not a kubeconfig/],
    ['something else', '[1, 2]', /is not a kubeconfig/],
    ['no current context', '{"clusters":[]}', /no current context/],
  ])('says what is wrong with %s', async (_, text, message) => {
    await expect(async () => contextOf(await parsed(text), undefined)).rejects.toThrow(message);
  });
});
