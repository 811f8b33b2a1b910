import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { hclReader } from '../../lib/cli/lint/hcl/parse-hcl.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { type SandboxCredentials, sandboxCredentials, sessionCredentials } from '../../sandbox/aws/credentials.ts';
import type { Fault } from '../../sandbox/world/world.ts';
import { runCommand } from '../support/captured-io.ts';
import { admin, bank, closed, own, readerOf, regions, shop, startFleet } from '../support/fleet-world.ts';

const cleanups: (() => Promise<void> | void)[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

const configuration = {
  name: 'acme',
  regions,
  accounts: { from: 'list', accountIds: [own, shop, bank] },
  inCluster: { enabled: true },
};

/** Runs commands against the fleet, each with credentials of the auditor's account. */
const inFleet = async (faults: readonly Fault[] = [], over: object = {}) => {
  const fleet = await startFleet(faults);
  cleanups.push(() => fleet.stop());
  writeFileSync(join(folder, 'irsa-auditor.config.json'), JSON.stringify({ ...configuration, ...over }));
  const run = async (words: readonly string[], keys: SandboxCredentials = sandboxCredentials(own)) => {
    const before = { ...process.env };
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL: fleet.aws.url, AWS_REGION: 'eu-west-1' },
      ...{ AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
      ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    });
    try {
      return await runCommand(words, { cwd: folder, env: { HOME: folder } });
    } finally {
      process.env = before;
    }
  };
  return { ...fleet, run, init: (words: readonly string[]) => run(['init', 'cluster', '--all', ...words]) };
};

const init = async (words: readonly string[], faults: readonly Fault[] = [], over: object = {}) =>
  (await inFleet(faults, over)).init(words);

/** The clusters that an audit with the auditor's own roles did not wholly read inside. */
const unreadInside = async ({ run }: Awaited<ReturnType<typeof inFleet>>): Promise<readonly string[]> => {
  const keys = sessionCredentials(own, 'acme-collect-cluster', 'run');
  const unread: string[] = [];
  for (const accountId of [own, shop, bank]) {
    const as = accountId === own ? [] : ['--role-arn', readerOf(accountId), '--external-id', 'irsa-auditor'];
    const { stdout, stderr } = await run(
      ['scan', '--in-cluster', '-o', 'json', ...regions.flatMap(region => ['--region', region]), ...as],
      keys,
    );
    if (stdout === '') throw new Error(stderr);
    const { gaps, counts } = JSON.parse(stdout) as RunReport;
    expect(counts.clusters).toBe(accountId === own ? 10 : 5);
    const inside = gaps.filter(({ reason }) => /^40[13]:/.test(reason.message));
    unread.push(...inside.map(({ clusterName }) => `${accountId} ${clusterName}`));
  }
  return [...new Set(unread)].sort();
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

  test('the entry is for the role that is deployed, with its path; where that cannot be read, no command is printed', async () => {
    const fleet = await inFleet();
    const [reader] = fleet.accounts[0]?.roles ?? [];
    Object.assign(reader ?? {}, { path: '/audit/' });
    const { stdout } = await fleet.init(['--account', own]);
    const principals = [...stdout.matchAll(/--principal-arn (\S+)/g)].map(([, arn]) => arn);
    expect(new Set(principals)).toEqual(new Set([`arn:aws:iam::${own}:role/audit/acme-collect-cluster`]));
    const denied = await init(['--account', own], [{ operation: 'iam:GetRole', accountId: own, kind: 'deny' }]);
    expect([denied.code, denied.stdout]).toEqual([3, '# 0 clusters in 1 account\n']);
    expect(denied.stderr).toContain(`account ${own} could not be read: iam:GetRole`);
  });

  test.each<[object, readonly string[], boolean]>([
    [{}, [], false],
    [{ rbac: true }, [], true],
    [{}, ['--rbac'], true],
  ])('with %j in the configuration and %j the ClusterRole lists bindings: %j', async (over, words, lists) => {
    const { stdout } = await init(['--role-name', admin, ...words], [], over);
    expect(/\bclusterrolebindings\b/.test(stdout)).toBe(lists);
  });

  test('--apply has all that take entries admit the auditor, also those with entries that died with their role: the next run reads inside', async () => {
    const fleet = await inFleet();
    const before = await unreadInside(fleet);
    expect(before).toHaveLength(16);
    expect(before.filter(name => name.includes('admits'))).toEqual([]);

    const { stdout, stderr, code } = await fleet.init(['--role-name', admin, '--apply']);
    expect(stdout.match(/: access entry for \S+ made$/gm)).toHaveLength(4);
    expect(stdout.match(/: access entry for \S+ made again: /gm)).toHaveLength(4);
    expect(stdout.match(/: access entry for \S+ got the group irsa-auditor$/gm)).toHaveLength(4);
    expect(stderr.match(/takes no access entries \(mode CONFIG_MAP\)/g)).toHaveLength(4);
    expect(code).toBe(3);
    for (const { accountId, clusters } of fleet.accounts)
      for (const { name, accessEntries = [] } of clusters)
        if (!name.startsWith('configmap'))
          expect([
            name,
            accessEntries.map(one => [one.principalArn, one.kubernetesGroups.includes('irsa-auditor')]),
          ]).toEqual([name, [[readerOf(accountId), true]]]);
    expect(fleet.requests().filter(({ method, status }) => method === 'PATCH' && status < 300)).toHaveLength(32);

    const after = await unreadInside(fleet);
    expect(after).toHaveLength(4);
    expect(after.filter(name => !name.includes('configmap'))).toEqual([]);
    expect((await fleet.init(['--role-name', admin])).stdout.split('\n')[0]).toBe(
      '# 20 clusters in 3 accounts: 16 with access, 4 of mode CONFIG_MAP',
    );
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
    const declared = await init(['--account', own, '--format', 'cloudformation'], [{ ...denied, accountId: own }]);
    expect(declared.code).toBe(3);
    expect(declared.stdout.match(/: not known \(eks:DescribeAccessEntry: .*\n# it is left out$/gm)).toHaveLength(8);
    expect(declared.stdout).not.toContain('AWS::EKS::AccessEntry');
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
