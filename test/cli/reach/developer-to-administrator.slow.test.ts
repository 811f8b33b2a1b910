import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { aNamespaceDocument, anAccountDocument, podDocuments } from '../../../sandbox/world/kubernetes-documents.ts';
import { worldClusterArn } from '../../../sandbox/world/world.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aTrustPolicy } from '../../support/example-world.ts';
import { useFirstWorld } from '../../support/first-world.ts';

/** A developer's group → a pod → a service account → an administrator role, over the APIs of the sandbox. */
const sandbox = useFirstWorld({ clusters: true });
const group = 'rbac.authorization.k8s.io';

const roleRef = (name: string) => ({ apiGroup: group, kind: 'ClusterRole', name });
const clusterRole = (name: string, apiGroups: string[], resources: string[], verbs: string[]) => ({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules: [{ apiGroups, resources, verbs }],
});

const shopOf = () => {
  const world = sandbox.world();
  for (const account of world.accounts)
    for (const cluster of account.clusters)
      if (cluster.name === 'shop' && cluster.region === 'eu-west-1') {
        const inside = world.kubernetes.get(worldClusterArn(account, cluster));
        if (inside !== undefined) return { account, cluster, inside };
      }
  throw new Error('the world has no cluster shop');
};

/** Writes the way; answers how to take its first right away. */
const openWay = (): (() => void) => {
  const { account, cluster, inside } = shopOf();
  const { issuer = '' } = cluster;
  // Access entries alone say who is in which group: aws-auth is not read.
  for (const one of account.clusters) one.authenticationMode = 'API';
  const principalArn = `arn:aws:iam::${account.accountId}:role/developer`;
  cluster.accessEntries = [
    { principalArn, username: principalArn, type: 'STANDARD', kubernetesGroups: ['devs'], policies: [] },
  ];
  account.roles.push({
    ...{ name: 'platform-admin', path: '/', createdAt: '2026-02-01T09:00:00Z', attachedPolicyArns: [] },
    trustPolicy: aTrustPolicy({
      ...{ issuer, accountId: account.accountId, subject: 'system:serviceaccount:platform:deployer' },
    }),
    inlinePolicies: [
      {
        name: 'all',
        document: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        }),
      },
    ],
  });
  const role = `arn:aws:iam::${account.accountId}:role/platform-admin`;
  inside.namespaces.push(aNamespaceDocument('ci'), aNamespaceDocument('platform'));
  inside.serviceAccounts.push(anAccountDocument('ci', 'runner'), anAccountDocument('platform', 'deployer', { role }));
  inside.pods.push(...podDocuments({ namespace: 'ci', account: 'runner', owner: ['StatefulSet', 'runner'] }));
  const volume = { name: 'kube-api-access-1', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
  for (const pod of inside.pods as { metadata: { namespace: string }; spec: { volumes?: unknown[] } }[])
    if (pod.metadata.namespace === 'ci') pod.spec.volumes = [...(pod.spec.volumes ?? []), volume];
  inside.others ??= [];
  const developers = {
    apiVersion: `${group}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace: 'ci', name: 'developers' },
    roleRef: roleRef('debug'),
    subjects: [{ apiGroup: group, kind: 'Group', name: 'devs' }],
  };
  inside.others.push(
    clusterRole('debug', [''], ['pods', 'pods/exec'], ['get', 'list']),
    clusterRole('deploy', ['apps'], ['deployments'], ['create']),
    developers,
    {
      ...developers,
      metadata: { namespace: 'platform', name: 'runner' },
      roleRef: roleRef('deploy'),
      subjects: [{ kind: 'ServiceAccount', namespace: 'ci', name: 'runner' }],
    },
  );
  const { others } = inside;
  return () => others.splice(others.indexOf(developers), 1);
};

const options = () => ['--region', 'eu-west-1', '--in-cluster', '--rbac', '--role-permissions', ...sandbox.connected()];
const run = (...args: readonly string[]) => runCommand([...args, ...options()], { cwd: sandbox.folder });

test('the way is told with its steps, and gone once its first right is', async () => {
  const close = openWay();
  const first = await run('scan', '--json');
  const before = JSON.parse(first.stdout) as RunReport;
  const told = before.findings.filter(
    ({ ruleId, data }) => ruleId === 'reach-administrator' && data.who === 'group devs',
  );
  expect(told.map(({ severity, evidence }) => [severity, evidence.map(({ what }) => what)])).toEqual([
    [
      'high',
      [
        'step 1: group devs runs commands in pods',
        'step 2: a pod of StatefulSet ci/runner has the token of its service account for the API server',
        'step 3: service account ci/runner creates workloads with any service account',
        'step 4: service account platform/deployer assumes the role with its token',
      ],
    ],
  ]);
  // It reads roles and bindings unasked, and takes the line of its progress away.
  const asked = ['reach', '--to', 'role/platform-admin', '--from', 'group/devs', '--region', 'eu-west-1'];
  const place = { cwd: sandbox.folder, columns: 120 };
  const who = await runCommand([...asked, '--in-cluster', ...sandbox.connected()], place);
  expect(who.stderr).toMatch(/deciding[\s\S]*\r\u001b\[K$/);
  expect(who.stdout).toContain(
    '1. group devs runs commands in pods: a pod of StatefulSet ci/runner  [RoleBinding ci/developers → ClusterRole debug]',
  );
  const everybody = await run('reach', '--to', 'role/platform-admin');
  expect(everybody.stdout).toContain(
    `role/developer has the group by its access entry or aws-auth: group devs  [access entry arn:aws:iam::`,
  );
  const report = await run('report', '--format', 'json', '--output-file', 'run.json');
  expect([report.stderr, JSON.parse(readFileSync(join(sandbox.folder, 'run.json'), 'utf8')).reach.levels]).toEqual([
    expect.anything(),
    expect.objectContaining({ [`arn:aws:iam::${shopOf().account.accountId}:role/platform-admin`]: 'administrator' }),
  ]);
  const paths = ['reach', '--from', 'group/devs', '--to', 'admin', '--input', 'run.json'];
  expect((await runCommand(paths, { cwd: sandbox.folder })).stdout).toContain('role platform-admin (administrator)');

  writeFileSync(join(sandbox.folder, 'before.json'), first.stdout);
  close();
  const after = JSON.parse((await run('scan', '--json', '--baseline', 'before.json')).stdout) as RunReport;
  const left = after.findings.filter(
    ({ ruleId, data }) => ruleId === 'reach-administrator' && data.who === 'group devs',
  );
  expect(left).toEqual([]);
  expect(after.transitions.filter(one => one.after.finding.id === told[0]?.id).map(({ kind }) => kind)).toEqual([
    'resolved',
  ]);
}, 240_000);
