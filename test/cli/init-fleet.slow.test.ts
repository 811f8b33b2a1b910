import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { hclReader } from '../../lib/cli/lint/hcl/parse-hcl.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldCluster } from '../../sandbox/world/build.ts';
import type { Fault, WorldAccessEntry, WorldAccount, WorldCluster } from '../../sandbox/world/world.ts';
import { aWorldRole } from '../support/aws-world.ts';
import { runCommand } from '../support/captured-io.ts';
import { recordedWorld } from '../support/recorded-kubernetes.ts';

const [own, shop, bank, closed] = ['111122223333', '222233334444', '333344445555', '444455556666'] as const;
const regions = ['eu-central-1', 'eu-west-1'] as const;
const roleMadeAt = '2026-06-01T00:00:00Z';
const readerOf = (accountId: string): string =>
  `arn:aws:iam::${accountId}:role/${accountId === own ? 'acme-collect-cluster' : 'irsa-auditor-read'}`;

const cleanups: (() => Promise<void> | void)[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

const entryOf = (accountId: string, over: Partial<WorldAccessEntry> = {}): WorldAccessEntry => ({
  principalArn: readerOf(accountId),
  kubernetesGroups: ['irsa-auditor'],
  username: 'irsa-auditor',
  type: 'STANDARD',
  policies: [],
  createdAt: '2026-07-01T00:00:00Z',
  ...over,
});

/** Twenty clusters of three accounts: what the name of each says. A fourth account admits nobody. */
const kinds = ['admits', 'missing', 'outlived', 'groupless', 'configmap'] as const;
const clustersOf = (accountId: string, over: Partial<WorldCluster>): WorldCluster[] => {
  const entries: Readonly<Record<(typeof kinds)[number], readonly WorldAccessEntry[]>> = {
    admits: [entryOf(accountId)],
    missing: [],
    outlived: [entryOf(accountId, { createdAt: '2026-05-01T00:00:00Z' })],
    groupless: [entryOf(accountId, { kubernetesGroups: ['viewers'] })],
    configmap: [],
  };
  const all = regions.flatMap(region =>
    kinds.map(kind =>
      aWorldCluster(`${kind}-${region}`, region, undefined, {
        accessEntries: [...entries[kind]],
        ...(kind === 'configmap' ? { authenticationMode: 'CONFIG_MAP' } : {}),
        ...over,
      }),
    ),
  );
  return accountId === own ? all : all.filter(({ region }) => region === 'eu-west-1');
};

const admin = 'OrganizationAccountAccessRole';
const trusting = (accountId: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' }],
});

const world = (over: Partial<WorldCluster>): WorldAccount[] =>
  [own, shop, bank, closed].map(accountId =>
    anAccount(accountId, accountId, {
      clusters: accountId === closed ? [] : clustersOf(accountId, over),
      roles: [
        aWorldRole({ name: readerOf(accountId).split('/').at(-1) ?? '', createdAt: roleMadeAt, path: '/' }),
        ...(accountId === own || accountId === closed
          ? []
          : [aWorldRole({ name: admin, path: '/', trustPolicy: JSON.stringify(trusting(own)) })]),
      ],
    }),
  );

const configuration = {
  name: 'acme',
  regions,
  accounts: { from: 'list', accountIds: [own, shop, bank] },
  inCluster: { enabled: true },
};

const init = async (words: readonly string[], faults: readonly Fault[] = []) => {
  const inside = recordedWorld();
  const api = await startKubernetes(inside, { authenticate: token => token.startsWith('k8s-aws-v1.') });
  const accounts = world({ endpoint: api.url, certificateAuthority: api.certificateAuthority });
  const aws = await startAws({ accounts, issuers: [], kubernetes: new Map(), faults: [...faults] });
  cleanups.push(
    () => api.stop(),
    () => aws.stop(),
  );
  const keys = sandboxCredentials(own);
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  });
  writeFileSync(join(folder, 'irsa-auditor.config.json'), JSON.stringify(configuration));
  const run = (more: readonly string[]) =>
    runCommand(['init', 'cluster', '--all', ...more], { cwd: folder, env: { HOME: folder } });
  try {
    return { ...(await run(words)), again: await run(['--role-name', admin]), accounts, requests: api.requests() };
  } finally {
    process.env = before;
  }
};

const head =
  '# 20 clusters in 3 accounts: 4 with access, 4 without an access entry, 4 with the entry of an earlier role, 4 with an entry without the group, 4 of mode CONFIG_MAP';

describe('init cluster --all', () => {
  test('prints, for each of twenty clusters, the commands by which it admits its reader, bound to its account', async () => {
    const { stdout, stderr, code } = await init(['--role-name', admin]);
    expect([stderr, code]).toEqual(['', 0]);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(head);
    const writes = lines.filter(line => /aws eks (create|delete|update)-access-entry/.test(line));
    // missing: one each; outlived: two; without the group: one.
    expect(writes).toHaveLength(4 * (1 + 2 + 1));
    const bound = writes.map(line => {
      const [, guard, principal] =
        /^\[ "\$\(aws sts get-caller-identity .*\)" = (\d{12}) \] && aws eks .* --principal-arn (\S+)/.exec(line) ?? [];
      return [guard, principal];
    });
    expect(bound.filter(([guard = '', principal]) => principal !== readerOf(guard))).toEqual([]);
    expect(new Set(bound.map(([guard]) => guard))).toEqual(new Set([own, shop, bank]));
    expect(lines.filter(line => line.startsWith('kubectl '))).toHaveLength(20);
    expect(stdout.match(/^kind: ClusterRole$/gm)).toHaveLength(1);
    expect(stdout).toContain('--kubernetes-groups viewers irsa-auditor');
    expect(stdout).toContain(`#   - rolearn: ${readerOf(bank)}`);
    const after = lines.slice(lines.findIndex(line => line.includes('cluster admits-eu-west-1 admits ')) + 1);
    expect(after.slice(0, 2)).toEqual([
      expect.stringContaining('update-kubeconfig --name admits-eu-west-1 '),
      expect.stringMatching(/^kubectl .*cluster\/admits-eu-west-1 apply /),
    ]);
  });

  test('--apply has all that take entries admit the auditor, also those with entries that died with their role; a second look finds no more to do', async () => {
    const { stdout, stderr, code, accounts, again, requests } = await init(['--role-name', admin, '--apply']);
    expect(stdout.match(/: access entry for \S+ made$/gm)).toHaveLength(4);
    expect(stdout.match(/: access entry for \S+ made again: /gm)).toHaveLength(4);
    expect(stdout.match(/: access entry for \S+ got the group irsa-auditor$/gm)).toHaveLength(4);
    expect(stderr.match(/takes no access entries \(mode CONFIG_MAP\)/g)).toHaveLength(4);
    expect(code).toBe(3);
    for (const { accountId, clusters } of accounts)
      for (const { name, accessEntries = [] } of clusters)
        if (!name.startsWith('configmap'))
          expect([
            name,
            accessEntries.map(one => [one.principalArn, one.kubernetesGroups.includes('irsa-auditor')]),
          ]).toEqual([name, [[readerOf(accountId), true]]]);
    expect(requests.filter(({ method }) => method === 'PATCH')).toHaveLength(32);
    expect(again.stdout.split('\n')[0]).toBe('# 20 clusters in 3 accounts: 16 with access, 4 of mode CONFIG_MAP');
  });

  test('the template makes each entry in the account and region of its cluster, and keeps it', async () => {
    const { stdout, code } = await init(['--role-name', admin, '--format', 'cloudformation']);
    expect(code).toBe(0);
    expect(parseAllDocuments(stdout)).toHaveLength(1);
    const { Conditions, Resources } = parse(stdout) as {
      Conditions: Record<string, { 'Fn::And': { 'Fn::Equals': [{ Ref: string }, string] }[] }>;
      Resources: Record<string, { Type: string; Condition: string; DeletionPolicy: string; Properties: object }>;
    };
    const holds = (name: string, at: Readonly<Record<string, string>>): boolean =>
      Conditions[name]?.['Fn::And'].every(({ 'Fn::Equals': [{ Ref }, text] }) => at[Ref] === text) ?? false;
    const madeIn = (accountId: string, region: string) =>
      Object.values(Resources)
        .filter(({ Condition }) => holds(Condition, { 'AWS::AccountId': accountId, 'AWS::Region': region }))
        .map(({ Properties }) => Properties);
    const wanted = (accountId: string, region: string) =>
      ['missing', 'outlived'].map(kind => ({
        ClusterName: `${kind}-${region}`,
        PrincipalArn: readerOf(accountId),
        Type: 'STANDARD',
        KubernetesGroups: ['irsa-auditor'],
      }));
    for (const [account, region] of [
      [own, regions[0]],
      [own, regions[1]],
      [shop, regions[1]],
      [bank, regions[1]],
    ] as const)
      expect(madeIn(account, region)).toEqual(wanted(account, region));
    expect(madeIn(closed, regions[0])).toEqual([]);
    expect(Object.values(Resources).filter(one => one.DeletionPolicy !== 'Retain')).toEqual([]);
    expect(stdout.match(/^# {3}\[ .* aws eks delete-access-entry /gm)).toHaveLength(4);
  });

  test('Terraform has all entries, imports those that are there, and its providers work in their account alone', async () => {
    const { stdout, code } = await init(['--role-name', admin, '--format', 'terraform']);
    expect(code).toBe(0);
    const read = await hclReader();
    const body = read(stdout, 'fleet.tf');
    if ('message' in body) throw new Error(body.message);
    const { blocks } = body;
    expect(blocks.filter(({ type }) => type === 'resource')).toHaveLength(12);
    expect(blocks.filter(({ type }) => type === 'import')).toHaveLength(4);
    expect(blocks.filter(({ type }) => type === 'provider')).toHaveLength(4);
    expect(stdout).toContain(`allowed_account_ids = ["${shop}"]`);
    expect(stdout).toContain(`role_arn = "arn:aws:iam::${bank}:role/${admin}"`);
  });

  test('an account that cannot be entered is told, with the way in; --account takes some', async () => {
    const { stdout, stderr, code } = await init(['--account', own, '--account', closed]);
    expect(code).toBe(3);
    expect(stdout).toContain('# 10 clusters in 2 accounts: ');
    expect(stderr).toMatch(new RegExp(`^irsa-auditor: account ${closed} could not be read: sts:AssumeRole: `));
    expect(stderr).toContain('--role-name names one that admits you');
  });

  test('an entry that may not be looked at is not known: exit code 3, and its command is printed', async () => {
    const denied: Fault = { operation: 'eks:DescribeAccessEntry', accountId: bank, kind: 'deny' };
    const { stdout, code } = await init(['--role-name', admin, '--account', bank], [denied]);
    expect(code).toBe(3);
    expect(stdout).toContain('# 5 clusters in 1 account: 1 of mode CONFIG_MAP, 4 not known');
    expect(stdout.match(/aws eks create-access-entry/g)).toHaveLength(4);
    expect(stdout).toContain('not known (eks:DescribeAccessEntry: ');
  });

  test.each([
    [['--account', '12'], 'wanted the 12 digits of an AWS account'],
    [['--cluster', 'shop'], "cannot be used with option '--cluster <name>'"],
    [['--apply', '--format', 'terraform'], 'cannot be used with'],
    [['--config', 'absent.json'], 'absent.json'],
  ])('%j is refused', async (words, told) => {
    const { stderr, code } = await runCommand(['init', 'cluster', '--all', ...words], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});
