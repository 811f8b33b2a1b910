import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { commandOptions } from '../../../lib/cli/kubeconfig/command-options.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { authorityHash } from '../../../lib/fixes/authority-hash.ts';
import { kubectlContext } from '../../../lib/fixes/command.ts';
import { clusterPlaceOf } from '../../../lib/fixes/kubernetes-steps.ts';
import { aCluster } from '../../support/example-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-contexts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ioOf = (env: Io['env']): Io => ({
  ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), exit: () => undefined },
  ...{ cwd: folder, env, now: () => '2026-11-01T06:00:00Z', stdoutIsTerminal: false, stderrIsTerminal: false },
});

const endpoint = 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com';
const cluster = aCluster({ endpoint });
const kubeconfig = (text: string): Readonly<Record<string, string>> => {
  const path = join(folder, 'config');
  writeFileSync(path, text);
  return { KUBECONFIG: path };
};
const configOf = (server: string, name: string): string =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name, context: { cluster: 'c', user: 'u' } }],
  });

test.each([
  ['a context of another name that leads there', configOf(endpoint, 'prod'), undefined, 'prod'],
  ['a context that leads elsewhere', configOf('https://other.example', 'prod'), undefined, cluster.arn],
  [
    'the name that the cluster was read by, which leads elsewhere here',
    configOf('https://127.0.0.1:1', 'prod'),
    'prod',
    cluster.arn,
  ],
  ['the name of a context of another machine', configOf('https://other.example', 'prod'), 'laptop', cluster.arn],
  ['a kubeconfig that is none', '{', undefined, cluster.arn],
  ['a name with an escape sequence', configOf(endpoint, '\u001b[2Jprod'), undefined, cluster.arn],
  ['a name of two lines', configOf(endpoint, 'prod\nid'), undefined, cluster.arn],
  ['a name that looks like an option', configOf(endpoint, '--server=https://x'), undefined, '--server=https://x'],
])('%s', async (_title, text, context, wanted) => {
  const { options } = await commandOptions({}, ioOf(kubeconfig(text)), 'before');
  const place = clusterPlaceOf({ ...cluster, ...(context === undefined ? {} : { context }) });
  expect(kubectlContext(place, options)).toBe(wanted);
});

test.each([
  [undefined, cluster.arn],
  [[], cluster.arn],
  [['prod'], 'prod'],
])(
  'of an earlier run the context that was read through is used where it is named: --context %j',
  async (context, wanted) => {
    const asked = context === undefined ? {} : { context };
    const { options } = await commandOptions(
      asked,
      ioOf(kubeconfig(configOf('https://127.0.0.1:1', 'prod'))),
      'before',
    );
    expect(kubectlContext(clusterPlaceOf({ ...cluster, context: 'prod' }), options)).toBe(wanted);
  },
);

test('the context that a cluster was read through just now is used, wherever it leads', async () => {
  const { options } = await commandOptions({}, ioOf(kubeconfig(configOf('https://127.0.0.1:1', 'prod'))), 'now');
  expect(kubectlContext(clusterPlaceOf({ ...cluster, context: 'prod' }), options)).toBe('prod');
});

test('a kubeconfig that cannot be read has no context', async () => {
  const { contexts } = await commandOptions({}, ioOf({ KUBECONFIG: folder }), 'before');
  expect(contexts).toEqual([]);
});

test('commands name the profile and the kubeconfig that were named, and contexts of that one', async () => {
  kubeconfig(configOf(endpoint, 'prod'));
  const named = { profile: 'audit', kubeconfig: 'config' };
  const { options, contexts } = await commandOptions(named, ioOf({}), 'before');
  expect(options).toEqual({ ...named, contextOf: expect.any(Function) });
  expect(contexts).toEqual([{ name: 'prod', server: endpoint }]);
  expect((await commandOptions({}, ioOf({}), 'before')).options).toEqual({ contextOf: expect.any(Function) });
});

test('a context with a certificate authority is known by it', async () => {
  const data = Buffer.from('PEM').toString('base64');
  const text = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: endpoint, 'certificate-authority-data': data } }],
    contexts: [{ name: 'prod', context: { cluster: 'c' } }],
  });
  const { contexts } = await commandOptions({}, ioOf(kubeconfig(text)), 'before');
  expect(contexts).toEqual([{ name: 'prod', server: endpoint, authority: authorityHash(data) }]);
});

test('an unsafe context is passed over, and refused where it was named', async () => {
  const env = kubeconfig(configOf('http://plain.example', 'plain'));
  expect((await commandOptions({}, ioOf(env), 'before')).contexts).toEqual([]);
  await expect(commandOptions({ context: ['plain'] }, ioOf(env), 'before')).rejects.toThrow(
    'context plain: the server must be https, got http://plain.example',
  );
});

test('a kubeconfig that was named and is none is said', async () => {
  await expect(commandOptions({ kubeconfig: 'config' }, ioOf(kubeconfig('{')), 'now')).rejects.toThrow('config');
});
