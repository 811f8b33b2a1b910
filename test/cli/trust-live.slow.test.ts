import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { type RunningKubernetes, startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldRole } from '../../sandbox/world/build.ts';
import { runCommand } from '../support/captured-io.ts';
import { aTrustPolicy, exampleAccountId } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { recordedWorld } from '../support/recorded-kubernetes.ts';

/** Questions about a role of the account and about the accounts of a cluster, over the sandbox's endpoints. */
let aws: SandboxAws;
let cluster: RunningKubernetes;
let refusing: RunningKubernetes;
let half: RunningKubernetes;
let folder: string;
const before = { ...process.env };

const trustPolicy = aTrustPolicy({ subject: 'system:serviceaccount:team-a:good' });
const kubeconfig = () => join(folder, 'config');
const policyFile = () => join(folder, 'trust.json');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-live-'));
  aws = await startAws({
    accounts: [
      anAccount(exampleAccountId, 'main', {
        roles: [
          aWorldRole('cart', trustPolicy),
          aWorldRole('foreign', trustPolicy.replaceAll(exampleAccountId, '444455556666')),
        ],
      }),
    ],
    issuers: [],
    kubernetes: new Map(),
    faults: [],
  });
  cluster = await startKubernetes(recordedWorld());
  refusing = await startKubernetes({ ...recordedWorld(), allowed: ['get /version'] });
  const unnamed = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'team-a' } };
  half = await startKubernetes({ ...recordedWorld(), serviceAccounts: [...recordedWorld().serviceAccounts, unnamed] });
  const entry = (name: string, api: RunningKubernetes) => ({
    cluster: { name, cluster: { server: api.url, 'certificate-authority-data': api.certificateAuthority } },
    user: { name, user: { token: api.token } },
    context: { name, context: { cluster: name, user: name } },
  });
  const entries = [entry('open', cluster), entry('shut', refusing), entry('half', half)];
  writeFileSync(
    kubeconfig(),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: entries.map(e => e.cluster),
      users: entries.map(e => e.user),
      contexts: entries.map(e => e.context),
    }),
  );
  const hostPath = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
  writeFileSync(
    policyFile(),
    aTrustPolicy({ condition: { StringLike: { [`${hostPath}:sub`]: 'system:serviceaccount:team-a:good*' } } }),
  );
  const { accessKeyId, secretAccessKey } = sandboxCredentials(exampleAccountId);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([aws.stop(), cluster.stop(), refusing.stop()]);
});

describe('--role reads the policy from the account', () => {
  test('and decides', async () => {
    const ask = (account: string) =>
      runCommand(['who-can-assume', '--role', 'cart', '--service-account', account, '--json']);
    const yes = await ask('team-a/good');
    expect([yes.code, JSON.parse(yes.stdout).decision]).toEqual([0, 'allow']);
    const no = await ask('team-a/bad');
    expect([no.code, JSON.parse(no.stdout).decision]).toEqual([1, 'deny']);
  });

  test.each([['role/cart'], ['role', 'cart'], ['cart']])(
    'of the role that a person names as kubectl does: %s',
    async (...words) => {
      const named = (role: readonly string[]) =>
        runCommand(['who-can-assume', ...role, '--service-account', 'team-a/good']);
      expect(await named(words)).toEqual(await named(['--role', 'cart']));
    },
  );

  test('as a role of that account: a provider of another account opens it to nobody', async () => {
    const account = ['--service-account', 'team-a/good'];
    const asked = ['--role-arn', 'arn:aws:iam::444455556666:role/x'];
    const decided = async (...more: readonly string[]) => {
      const { stdout } = await runCommand(['who-can-assume', '--role', 'foreign', ...account, ...more, '--json']);
      return JSON.parse(stdout).decision;
    };
    const everyone = async (...more: readonly string[]) => {
      const { stdout } = await runCommand(['who-can-assume', '--role', 'foreign', ...more]);
      return stdout;
    };
    expect([await decided(), await decided(...asked)]).toEqual(['deny', 'allow']);
    golden('foreign-role.txt', [await everyone(), await everyone(...asked)].join('\n'));
  });

  test('and says in a sentence that there is no such role', async () => {
    const { code, stderr, stdout } = await runCommand([
      'who-can-assume',
      '--role',
      'nobody',
      '--service-account',
      'a/b',
    ]);
    expect(code).toBeGreaterThanOrEqual(2);
    expect(`${stderr}${stdout}`).toMatch(/nobody/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('--context names the accounts that exist', () => {
  const ask = (...args: readonly string[]) =>
    runCommand(['who-can-assume', '--policy', policyFile(), '--kubeconfig', kubeconfig(), ...args]);

  test('the service accounts that are allowed are listed', async () => {
    const { stdout, code } = await ask('--context', 'open', '--json');
    expect(code).toBe(0);
    const { members } = JSON.parse(stdout) as { members: readonly string[] };
    expect(members).toContain('team-a/good');
    expect(members.length).toBeGreaterThan(1);
    expect(members.filter(name => !name.startsWith('team-a/good'))).toEqual([]);
  });

  test.each([
    ['a list that is refused', ['--context', 'shut'], /service accounts of shut cannot be read: list serviceaccounts/],
    [
      'a list with holes',
      ['--context', 'half'],
      /service accounts of half cannot be read: .* is not a service account/,
    ],
    ['a context that is not there', ['--context', 'gone'], /has no usable context gone/],
    ['two sources', ['--context', 'open', '--accounts', '-'], /--accounts and --context both/],
  ] as const)('%s is one sentence and exit code 2', async (_name, args, message) => {
    const { code, stderr, stdout } = await ask(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
