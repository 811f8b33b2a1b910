import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endpointOf } from '../../../lib/cli/kubeconfig/context-endpoint.ts';
import { contextOf, parseKubeconfigs, usableContexts } from '../../../lib/cli/kubeconfig/kubeconfig.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (content: object | string, source = 'config', directory = '/') => ({
  text: typeof content === 'string' ? content : JSON.stringify(content),
  source,
  directory,
});
const server = 'https://127.0.0.1:1';
const whole = (cluster: object, user: object | undefined, context: object = {}) => ({
  'current-context': 'c',
  clusters: [{ name: 'k', cluster }],
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
  ...(user === undefined ? {} : { users: [{ name: 'u', user }] }),
});

describe('several files', () => {
  const first = {
    'current-context': '',
    clusters: [{ name: 'k', cluster: { server: 'https://first', 'certificate-authority': 'ca' } }],
    contexts: null,
  };
  const second = {
    ...whole({ server: 'https://second' }, undefined),
    users: [{ name: 'v', user: { token: 'second' } }],
  };
  const third = { 'current-context': 'd', users: [{ name: 'u', user: { tokenFile: 'token' } }] };
  const merged = parseKubeconfigs([
    file(first, '/one/config', '/one'),
    file(second, '/two/config', '/two'),
    file(third, '/three/config', '/three'),
  ]);

  test('are one: the first entry of a name counts, and the first current context', async () => {
    expect(contextOf(await merged, undefined)).toMatchObject({
      name: 'c',
      cluster: { name: 'k', server: 'https://first', caFile: '/one/ca' },
      user: { name: 'u', authProvider: { name: 'tokenFile', config: { tokenFile: '/three/token' } } },
    });
  });

  test('are all named where a context is in none', async () => {
    const config = await merged;
    expect(() => contextOf(config, 'prod')).toThrow(
      '/one/config, /two/config, /three/config has no usable context prod; it has: c',
    );
  });

  test('an entry that is wrong in the first file is not taken from the second, as with kubectl', async () => {
    const config = await parseKubeconfigs([
      file({ clusters: [{ name: 'k', cluster: {} }] }),
      file(whole({ server }, {})),
    ]);
    expect(() => contextOf(config, 'c')).toThrow('context c cannot be used: cluster k: server: Invalid input');
  });

  test('an entry that stands twice in one file counts once, the first time', async () => {
    const twice = whole({ server }, {});
    const config = await parseKubeconfigs([
      file({ ...twice, clusters: [...twice.clusters, { name: 'k', cluster: { server: 'https://other' } }] }),
    ]);
    expect(contextOf(config, 'c').cluster.server).toBe(server);
  });
});

test('a context has the namespace that kubectl would use; without one, none', async () => {
  const config = await parseKubeconfigs([file(whole({ server }, {}, { namespace: 'shop' }))]);
  expect(contextOf(config, 'c')).toMatchObject({ namespace: 'shop' });
  expect(contextOf(await parseKubeconfigs([file(whole({ server }, {}))]), 'c')).not.toHaveProperty('namespace');
});

test('a user without an entry of its own, and no current context', async () => {
  const { 'current-context': _, ...content } = whole({ server }, undefined);
  const config = await parseKubeconfigs([file({ ...content, users: [{ name: 'u' }] })]);
  expect(contextOf(config, 'c')).toMatchObject({ name: 'c', user: { name: 'u' } });
  expect(() => contextOf(config, undefined)).toThrow('config');
});

describe('a context that cannot be used says which entry is wrong', () => {
  test.each<readonly [what: string, content: object, why: string]>([
    ['no cluster of the name', { ...whole({ server }, {}), clusters: [] }, 'there is no cluster k'],
    [
      'a cluster without server',
      whole({}, {}),
      'cluster k: server: Invalid input: expected string, received undefined',
    ],
    [
      'a cluster that is a text',
      { ...whole({ server }, {}), clusters: [{ name: 'k', cluster: 'x' }] },
      'cluster k: Invalid input: expected object, received string',
    ],
    [
      'a token that is a number',
      whole({ server }, { token: 5 }),
      'user u: token: Invalid input: expected string, received number',
    ],
    [
      'a plugin without command',
      whole({ server }, { exec: {} }),
      'user u: exec: command: Invalid input: expected string, received undefined',
    ],
    [
      'a context without cluster',
      { contexts: [{ name: 'c' }], 'current-context': 'c' },
      'Invalid input: expected object, received undefined',
    ],
  ])('%s', async (_, content, why) => {
    const config = await parseKubeconfigs([file(content)]);
    expect(() => contextOf(config, undefined)).toThrow(`config: context c cannot be used: ${why}`);
    expect(() => contextOf(config, 'other')).toThrow('config has no usable context other; it has: none');
  });

  test('no secret of it is told', async () => {
    const config = await parseKubeconfigs([file(whole({ server }, { token: ['s3cret'] }))]);
    const refusal = expect.objectContaining({ message: expect.not.stringContaining('s3cret') });
    expect(() => contextOf(config, undefined)).toThrow(refusal);
  });
});

describe('a file that is not a kubeconfig', () => {
  test.each<readonly [what: string, text: string, sentence: string]>([
    ['YAML cut off', '{', 'config is not a kubeconfig: YAMLParseError: Flow map in block collection'],
    ['a text', 'hello', 'config is not a kubeconfig: Invalid input: expected object, received string'],
    [
      'clusters that are a map',
      'clusters: {a: b}',
      'config is not a kubeconfig: clusters: Invalid input: expected array, received object',
    ],
    [
      'a name that is a number',
      'users: [{name: 5}]',
      'config is not a kubeconfig: users: 0: name: Invalid input: expected string, received number',
    ],
    ['many aliases', `a: &a [1]\nb: [${Array(30).fill('*a').join(',')}]`, 'Excessive alias count'],
    ['too much', 'x'.repeat(4 * 1024 * 1024 + 1), 'config is not a kubeconfig: it is larger than 4 MiB'],
  ])('%s', async (_, text, sentence) => {
    await expect(parseKubeconfigs([file(text)])).rejects.toThrow(sentence.replace('Flow map in block collection', ''));
  });

  test.each(['', '# nothing\n', 'null'])('%j is one of nothing, as for kubectl', async text => {
    expect(usableContexts(await parseKubeconfigs([file(text)]))).toEqual([]);
  });
});

describe('an endpoint', () => {
  const endpoint = async (cluster: object, user: object | undefined, now = () => 0, timeoutMs = 60_000) =>
    endpointOf(contextOf(await parseKubeconfigs([file(whole({ server, ...cluster }, user), 'config', folder)]), 'c'), {
      env: { PATH: process.env.PATH },
      now,
      timeoutMs,
    });
  const plugin = (script: string) => {
    const path = join(folder, 'plugin');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return { exec: { command: './plugin', args: null, env: null } };
  };

  test('of a user that is not there, or has nothing, is asked as nobody', async () => {
    expect(await endpoint({}, undefined)).toEqual({ url: server });
    expect(await endpoint({}, {})).toEqual({ url: server });
  });

  test.each<readonly [what: string, user: object, sentence: string]>([
    [
      'a certificate without key',
      { 'client-certificate-data': 'UEVN' },
      'context c: a client certificate and its key are wanted, got only one of them',
    ],
    [
      'a key without certificate',
      { 'client-key-data': 'UEVN' },
      'context c: a client certificate and its key are wanted, got only one of them',
    ],
    ['an auth-provider', { 'auth-provider': { name: 'gcp' } }, 'passwords and auth-provider are not supported'],
  ])('with %s is refused', async (_, user, sentence) => {
    await expect(endpoint({}, user)).rejects.toThrow(sentence);
  });

  test('a file that is larger than any certificate is not read', async () => {
    writeFileSync(join(folder, 'large'), 'x'.repeat(1024 * 1024 + 1));
    await expect(endpoint({ 'certificate-authority': 'large' }, {})).rejects.toThrow('large is larger than 1 MiB');
    await expect(endpoint({ 'certificate-authority': '/dev/zero' }, {})).rejects.toThrow('zero is larger than 1 MiB');
  });

  test('a token file is read again each time: it is renewed behind our back', async () => {
    const { token } = await endpoint({}, { tokenFile: 'token' });
    for (const text of ['one', 'two']) {
      writeFileSync(join(folder, 'token'), `${text}\n`);
      expect(await token?.()).toBe(text);
    }
    rmSync(join(folder, 'token'));
    await expect(token?.()).rejects.toThrow(/token, which cannot be read: Error: ENOENT/);
  });

  test('a plugin runs once for all who ask at a time, and again a minute before its token ends', async () => {
    let now = Date.parse('2026-11-01T00:00:00Z');
    const ends = '2026-11-01T00:10:00Z';
    const user = plugin(
      `echo run >> "${folder}/runs"; echo '{"status":{"token":"t","expirationTimestamp":"${ends}"}}'`,
    );
    const { token } = await endpoint({}, user, () => now);
    const runs = () => readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n').length;
    expect(await Promise.all([token?.(), token?.(), token?.()])).toEqual(['t', 't', 't']);
    expect(runs()).toBe(1);
    now += 8 * 60_000;
    await token?.();
    expect(runs()).toBe(1);
    now += 2 * 60_000;
    await Promise.all([token?.(), token?.()]);
    expect(runs()).toBe(2);
  });

  test.each<readonly [what: string, script: string, sentence: string]>([
    ['ends with an error', 'exit 255', 'failed: it ended with exit code 255'],
    ['hangs', 'exec sleep 60', 'failed: it did not end in time'],
    ['writes without end', 'exec yes', 'failed: it wrote more than 1 MiB'],
    ['answers in words', 'echo hello', 'answered no ExecCredential with a token'],
    ['gives an empty token', `echo '{"status":{"token":""}}'`, 'answered no ExecCredential with a token'],
  ])('a plugin that %s', async (_, script, sentence) => {
    const { token } = await endpoint({}, plugin(script), () => 0, 1_000);
    await expect(token?.()).rejects.toThrow(`the credential plugin ${join(folder, 'plugin')} ${sentence}`);
  });

  test.each<readonly [command: string, sentence: string]>([
    ['no-such-program-here', 'failed: program not found'],
    ['./not-executable', 'failed: it could not be run (EACCES)'],
  ])('a plugin %s', async (command, sentence) => {
    writeFileSync(join(folder, 'not-executable'), 'x');
    const { token } = await endpoint({}, { exec: { command } });
    await expect(token?.()).rejects.toThrow(sentence);
  });

  test('a plugin that is no path is looked up on PATH', async () => {
    const exec = { command: 'sh', args: ['-c', `echo '{"status":{"token":"of sh"}}'`] };
    const { token } = await endpoint({}, { exec });
    expect(await token?.()).toBe('of sh');
  });

  test('a token whose end cannot be read is good for the run', async () => {
    const { token } = await endpoint({}, plugin(`echo '{"status":{"token":"t","expirationTimestamp":"soon"}}'`));
    expect(await token?.()).toBe('t');
  });
});
