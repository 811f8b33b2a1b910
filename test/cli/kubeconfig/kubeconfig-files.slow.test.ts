import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currentEksContext, kubeconfigContexts } from '../../../lib/cli/kubeconfig/kubeconfig-files.ts';
import { clusterReaderOf } from '../../../lib/cli/scan/cluster-access.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { awsClients } from '../../../lib/collect/clients.ts';
import type { Unread } from '../../../lib/model/unread.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aCluster } from '../../support/example-world.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-files-'));
  mkdirSync(join(folder, 'home', '.kube'), { recursive: true });
  writeFileSync(join(folder, 'one'), configOf('one', 'https://one.gr7.eu-west-1.eks.amazonaws.com'));
  writeFileSync(join(folder, 'two'), configOf('two', 'https://two.example.com'));
  writeFileSync(
    join(folder, 'proxied'),
    configOf('p', 'https://p.gr7.eu-west-1.eks.amazonaws.com', { 'proxy-url': 'socks5://p' }),
  );
  writeFileSync(join(folder, 'broken'), '{');
  writeFileSync(join(folder, 'home', '.kube', 'config'), configOf('home', 'https://home.eks.api.aws'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const configOf = (name: string, server: string, cluster: object = {}): string =>
  JSON.stringify({
    'current-context': name,
    clusters: [{ name, cluster: { server, ...cluster } }],
    contexts: [{ name, context: { cluster: name } }],
  });
const io = (env: Io['env'], stderr = new PassThrough()): Io => ({
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr,
  env,
  cwd: folder,
  now: () => '2026-11-01T06:00:00.000Z',
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  exit: () => undefined,
});
const names = async (env: Io['env'], options: Parameters<typeof kubeconfigContexts>[0] = {}) =>
  (await kubeconfigContexts(options, io(env))).map(({ name }) => name);
const listed = (...paths: readonly string[]) => ({ KUBECONFIG: paths.join(delimiter), HOME: join(folder, 'home') });

describe('contexts are looked for where kubectl looks', () => {
  test('in all files of KUBECONFIG, those that are not there passed over', async () => {
    expect(await names(listed('none', 'one', '', 'two', 'one'))).toEqual(['one']);
    expect(await names(listed('none', 'one', 'two'), { context: ['two', 'one'] })).toEqual(['two', 'one']);
    await expect(names(listed('one', 'two'), { context: ['home'] })).rejects.toThrow(
      'no usable context home; it has: ',
    );
  });

  test('in --kubeconfig alone where it is given', async () => {
    expect(await names(listed('one'), { kubeconfig: 'two' })).toEqual(['two']);
    await expect(names(listed('one'), { kubeconfig: 'none' })).rejects.toThrow(/^--kubeconfig: .*none cannot be read/);
  });

  test('in the home directory otherwise', async () => {
    expect(await names(listed())).toEqual(['home']);
  });

  test.each<readonly [what: string, env: Io['env']]>([
    ['no home', {}],
    ['no file', { HOME: '/nowhere' }],
    ['only files that are not there', { KUBECONFIG: '/nowhere/a', HOME: '/nowhere' }],
  ])('%s: one sentence that says what is wanted', async (_, env) => {
    await expect(names(env)).rejects.toThrow(
      'no kubeconfig: got neither KUBECONFIG nor ~/.kube/config, wanted --kubeconfig',
    );
  });

  test('a directory is told by what named it', async () => {
    await expect(names(listed('.'))).rejects.toThrow(/^KUBECONFIG: .* cannot be read: it is a folder/);
  });
});

test.each<readonly [server: string, isEks: boolean]>([
  ['https://one.gr7.eu-west-1.eks.amazonaws.com', true],
  ['https://one.yl4.cn-north-1.eks.amazonaws.com.cn', true],
  ['https://one.eks-cluster.eu-west-1.eks.api.aws', true],
  ['https://one.eks.amazonaws.com:443/path', true],
  ['https://one.eks.amazonaws.com.example.org', false],
  ['https://one.eks.api.aws.example.org', false],
  ['https://example.org/one.eks.amazonaws.com', false],
  ['https://eks.amazonaws.com', false],
  ['https://127.0.0.1:6443', false],
])('the current context is used unasked where it points at EKS: %s %s', async (server, isEks) => {
  writeFileSync(join(folder, 'current'), configOf('now', server));
  expect((await currentEksContext(io(listed('current'))))?.name).toBe(isEks ? 'now' : undefined);
});

describe('where EKS access gets nothing', () => {
  /** A cluster without an endpoint cannot be read by EKS access: then the current context is looked at. */
  const said = async (env: Io['env']) => {
    const stderr = new PassThrough();
    const clients = awsClients({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const notReached: Unread[] = [];
    const access = {
      clients,
      io: io(env, stderr),
      isRbacConfigured: false,
      isConfigured: false,
      notReached: (gap: Unread) => notReached.push(gap),
    };
    const reader = await clusterReaderOf({}, access);
    const { endpoint: _none, ...cluster } = aCluster({ status: 'CREATING' });
    await reader?.read({ accountId: cluster.accountId, regions: [cluster.region] }, cluster);
    clients.close();
    expect(notReached[0]).toMatchObject({ clusterName: cluster.name, section: 'inside' });
    return String(stderr.read() ?? '');
  };

  test.each<readonly [what: string, env: () => Io['env'], said: RegExp]>([
    ['a current context is no fault', () => listed('one'), /^$/],
    ['no kubeconfig is no fault', () => ({}), /^$/],
    [
      'a broken kubeconfig is told, and stops nothing',
      () => listed('broken'),
      /the current context is not used: .*broken is not a kubeconfig/,
    ],
    [
      'a context that would be unsafe is told',
      () => listed('proxied'),
      /the current context is not used: proxy-url of context p: got socks5:\/\/p, wanted a proxy of http/,
    ],
  ])('%s', async (_, env, wanted) => {
    expect(await said(env())).toMatch(wanted);
  });
});

test.each([
  ['scan', '--cluster-only'],
  ['why', 'serviceaccount/b', '-n', 'a', '--prove'],
])('%s %s without a kubeconfig decides nothing, and says so: exit code 2', async (...args) => {
  const { stdout, stderr, code } = await runCommand(args, { cwd: folder, env: { HOME: '/nowhere' } });
  expect([stdout, code]).toEqual(['', 2]);
  expect(stderr).toBe(
    'irsa-auditor: no kubeconfig: got neither KUBECONFIG nor ~/.kube/config, wanted --kubeconfig; aws eks update-kubeconfig --name CLUSTER writes one\n',
  );
});
