import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { clusterRole, clusterRoleBinding } from '../../lib/fixes/rbac-documents.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldCluster } from '../../sandbox/world/build.ts';
import type { WorldCluster } from '../../sandbox/world/world.ts';
import { aWorldRole } from '../support/aws-world.ts';
import { runCommand } from '../support/captured-io.ts';
import { recordedWorld } from '../support/recorded-kubernetes.ts';

const accountId = '111122223333';
const principal = `arn:aws:iam::${accountId}:role/audit/irsa-auditor-read`;
/** The role that the entry names, as IAM has it. */
const reader = { name: 'irsa-auditor-read', path: '/audit/', createdAt: '2026-10-01T00:00:00Z' };
const place = `account ${accountId}, eu-west-1, cluster shop`;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

const init = async (over: Partial<WorldCluster>, ...more: readonly string[]) => {
  const inside = recordedWorld();
  const api = await startKubernetes(inside, { authenticate: token => token.startsWith('k8s-aws-v1.') });
  const cluster = aWorldCluster('shop', 'eu-west-1', undefined, {
    endpoint: api.url,
    certificateAuthority: api.certificateAuthority,
    ...over,
  });
  const aws = await startAws({
    accounts: [anAccount(accountId, 'a', { clusters: [cluster], roles: [aWorldRole(reader)] })],
    issuers: [],
    kubernetes: new Map(),
    faults: [],
  });
  cleanups.push(
    () => api.stop(),
    () => aws.stop(),
  );
  const keys = sandboxCredentials(accountId);
  const names = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  Object.assign(process.env, names);
  try {
    const named = ['--cluster', 'shop', '--region', 'eu-west-1', '--principal-arn', principal];
    return { ...(await runCommand(['init', 'cluster', ...named, ...more])), cluster, api, inside };
  } finally {
    for (const name of Object.keys(names)) delete process.env[name];
  }
};

describe('init cluster', () => {
  test('prints the access entry and the ClusterRole', async () => {
    const { stdout, code, cluster } = await init({});
    expect(stdout).toContain(
      `[ "$(aws sts get-caller-identity --query Account --output text --region eu-west-1)" = ${accountId} ] && aws eks create-access-entry --cluster-name shop --region eu-west-1 --principal-arn ${principal} --type STANDARD --kubernetes-groups irsa-auditor`,
    );
    expect(stdout).toContain('kind: ClusterRoleBinding');
    expect(stdout).toMatch(
      /update-kubeconfig --name shop --region eu-west-1 --kubeconfig "\$new"\nkubectl --context arn:aws:eks:eu-west-1:\d+:cluster\/shop apply /,
    );
    expect(stdout).not.toContain('inCluster');
    expect(cluster.accessEntries ?? []).toEqual([]);
    expect(code).toBe(0);
  });

  test('prints the lines of aws-auth, without the path, where there are no access entries', async () => {
    const { stdout } = await init({ authenticationMode: 'CONFIG_MAP' });
    expect(stdout).toContain(`rolearn: arn:aws:iam::${accountId}:role/irsa-auditor-read`);
    expect(stdout).not.toContain('create-access-entry');
  });

  test.each([
    ['role/reader', 'role/reader'],
    ['role/audit/team/reader', 'role/reader'],
    ['role/a/b/c/reader', 'role/reader'],
    ['user/people/ann', 'user/people/ann'],
  ])('aws-auth knows %s as %s', async (resource, known) => {
    const { stdout } = await init(
      { authenticationMode: 'CONFIG_MAP' },
      '--principal-arn',
      `arn:aws:iam::${accountId}:${resource}`,
    );
    expect(stdout).toContain(`rolearn: arn:aws:iam::${accountId}:${known}\n`);
  });

  test('prints the VPC settings where the endpoint is private', async () => {
    expect((await init({ endpointPublic: false })).stdout).toContain('"inCluster"');
  });

  test.each([
    [
      { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'], clusterSecurityGroupId: 'sg-1' },
      { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
    ],
    [undefined, { vpcId: 'vpc-…', subnetIds: [], securityGroupIds: [] }],
  ])('the VPC settings are those of the cluster: %j', async (vpc, wanted) => {
    const { stdout } = await init({ endpointPublic: false, ...(vpc && { vpc }) });
    const lines = /^# {3}(\{"inCluster".*)$/m.exec(stdout)?.[1] ?? '';
    expect(JSON.parse(lines)).toEqual({ inCluster: { enabled: true, vpc: wanted } });
  });

  test('--apply makes entry, role and binding, and may be repeated', async () => {
    const { stdout, stderr, code, cluster, api } = await init({}, '--apply');
    expect(stderr).toBe('');
    expect(stdout).toBe(
      [
        '# 1 cluster in 1 account: 1 without an access entry',
        `${place}: access entry for ${principal} made`,
        `${place}: ClusterRole irsa-auditor applied`,
        `${place}: ClusterRoleBinding irsa-auditor applied\n`,
      ].join('\n'),
    );
    expect(cluster.accessEntries).toMatchObject([{ principalArn: principal, kubernetesGroups: ['irsa-auditor'] }]);
    expect(api.requests().map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`)).toEqual([
      'PATCH clusterroles/irsa-auditor',
      'PATCH clusterrolebindings/irsa-auditor',
    ]);
    expect(code).toBe(0);
  });

  /** The entry is there already, made at this time, and the role at another one. */
  afterEach(() => {
    reader.createdAt = '2026-10-01T00:00:00Z';
  });
  const again = (entryMadeAt: string, roleMadeAt: string, kubernetesGroups = ['irsa-auditor']) => {
    reader.createdAt = roleMadeAt;
    const entry = { principalArn: principal, kubernetesGroups, username: principal, type: 'STANDARD', policies: [] };
    return init({ accessEntries: [{ ...entry, createdAt: entryMadeAt }] }, '--apply');
  };

  test('--apply leaves an entry that is younger than its role', async () => {
    const { stdout, stderr, code } = await again('2026-11-20T00:00:00Z', '2026-11-01T00:00:00Z');
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toContain(`access entry for ${principal} is there already, and was left as it is\n`);
  });

  test('--apply makes an entry again that is older than its role', async () => {
    const { stdout, stderr, code, api, cluster } = await again('2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z');
    expect([stderr, code, api.requests().length]).toEqual(['', 0, 2]);
    expect(stdout).toContain(
      `access entry for ${principal} made again: that of 2026-11-01T00:00:00.000Z was of an earlier role\n`,
    );
    const [entry] = cluster.accessEntries ?? [];
    expect(entry?.kubernetesGroups).toEqual(['irsa-auditor']);
    expect(Date.parse(entry?.createdAt ?? '')).toBeGreaterThan(Date.parse('2026-11-20T00:00:00Z'));
  });

  test('--apply gives the group to an entry that has others', async () => {
    const { stderr, code, cluster } = await again('2026-11-20T00:00:00Z', '2026-11-01T00:00:00Z', ['viewers']);
    expect([code, stderr]).toEqual([0, '']);
    expect(cluster.accessEntries).toMatchObject([
      { kubernetesGroups: ['viewers', 'irsa-auditor'], createdAt: '2026-11-20T00:00:00Z' },
    ]);
  });

  test('--apply says so where the role cannot be looked at', async () => {
    reader.name = 'another';
    const { stderr, code } = await again('2026-11-20T00:00:00Z', '2026-11-01T00:00:00Z');
    reader.name = 'irsa-auditor-read';
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/whether it admits the role is not known \(iam:GetRole: /),
    ]);
  });

  test('--apply makes the role that is printed, with what the options add', async () => {
    const options = ['--rbac', '--network', '--workloads'];
    const lists = async (...words: readonly string[]) => {
      const { inside } = await init({}, ...words, '--apply');
      const role = (inside.others ?? []).find(one => (one as { kind?: string }).kind === 'ClusterRole');
      const { rules = [] } = (role ?? {}) as { rules?: { resources?: string[]; nonResourceURLs?: string[] }[] };
      return rules.flatMap(({ resources = [], nonResourceURLs = [] }) => [...resources, ...nonResourceURLs]);
    };
    const [all, few] = [await lists(...options), await lists()];
    const { stdout } = await init({}, ...options);
    expect(all.filter(one => !stdout.includes(one))).toEqual([]);
    expect(few.length).toBeGreaterThan(3);
    expect(all.length).toBeGreaterThan(few.length + 5);
    expect(all.slice(0, few.length)).toEqual(few);
  });

  test('--network gives the lists of policies too, and nothing gives them without it', async () => {
    const policies = /networkpolicies[\s\S]*securitygrouppolicies/;
    expect((await init({}, '--network')).stdout).toMatch(policies);
    expect((await init({})).stdout).not.toMatch(/networkpolicies/);
  });

  test('--rbac gives the lists of roles and bindings too, and nothing gives them without it', async () => {
    const lists = /clusterrolebindings[\s\S]*aws-auth/;
    expect((await init({}, '--rbac')).stdout).toMatch(lists);
    expect((await init({})).stdout).not.toMatch(/clusterrolebindings\n|aws-auth/);
  });

  test('--apply is refused where it cannot work', async () => {
    const { stderr, code } = await init({ authenticationMode: 'CONFIG_MAP' }, '--apply');
    expect(stderr).toContain('takes no access entries');
    expect(code).toBe(3);
  });

  test('--apply changes nothing while the cluster has no endpoint', async () => {
    const { stderr, code, cluster } = await init({ endpoint: '', status: 'CREATING' }, '--apply');
    expect(stderr).toContain(
      'cluster shop: it has no endpoint yet (it is CREATING): run it again when the cluster is ACTIVE',
    );
    expect([code, cluster.accessEntries ?? []]).toEqual([3, []]);
  });

  test('--apply leaves an entry that is there as it is; what the cluster refuses is told: exit code 3', async () => {
    const entry = {
      principalArn: principal,
      kubernetesGroups: ['irsa-auditor', 'other'],
      type: 'STANDARD',
      username: 'u',
      policies: [],
      createdAt: '2026-11-01T00:00:00Z',
    };
    const { stdout, stderr, code } = await init(
      { accessEntries: [entry], certificateAuthority: 'bm9uZQ==' },
      '--apply',
    );
    expect(stdout).toContain(`${place}: access entry for ${principal} is there already, and was left as it is\n`);
    expect(stderr).toMatch(/cluster shop: ClusterRole could not be applied: the server's certificate is not issued by/);
    expect(code).toBe(3);
  });

  test('a cluster that is not there is told', async () => {
    const { stderr, code } = await init({ name: 'other' });
    expect(stderr).toContain('cluster shop could not be read');
    expect(code).toBe(3);
  });

  test('the YAML that ships is the same', () => {
    const text = readFileSync(new URL('../../docs/irsa-auditor-rbac.yaml', import.meta.url), 'utf8');
    expect(parseAllDocuments(text).map(document => document.toJS())).toEqual([clusterRole, clusterRoleBinding]);
  });
});
