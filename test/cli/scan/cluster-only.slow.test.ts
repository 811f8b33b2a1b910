import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningKubernetes, startKubernetes } from '../../../sandbox/kubernetes/start-kubernetes.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import { runCommand } from '../../support/captured-io.ts';
import { recordedWorld } from '../../support/recorded-kubernetes.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

/** A kubeconfig of one context, as `aws eks update-kubeconfig` writes it but for the token. */
const kubeconfigOf = (cluster: RunningKubernetes, name: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'config');
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
current-context: recorded
clusters:
- name: ${name}
  cluster: { server: '${cluster.url}', certificate-authority-data: ${cluster.certificateAuthority} }
contexts:
- name: recorded
  context: { cluster: '${name}', user: me }
users:
- name: me
  user: { token: ${cluster.token} }
`,
  );
  return path;
};

const run = (args: readonly string[]) => runCommand(args, { now: '2026-11-24T23:40:00.000Z' });

const start = async (world: KubernetesWorld): Promise<RunningKubernetes> => {
  const cluster = await startKubernetes(world);
  cleanups.push(() => cluster.stop());
  return cluster;
};

const scan = (path: string) => run(['scan', '--cluster-only', '--kubeconfig', path, '--context', 'recorded', '--json']);

describe('scan --cluster-only', () => {
  test('decides what needs no IAM, without credentials', async () => {
    const cluster = await start(recordedWorld());
    const { stdout, stderr, code } = await scan(
      kubeconfigOf(cluster, 'arn:aws:eks:us-east-1:111122223333:cluster/recorded'),
    );
    expect(stderr).not.toContain('error');
    const { findings, gaps } = JSON.parse(stdout);
    expect(gaps).toEqual([]);
    const ids = new Set(findings.map((finding: { ruleId: string }) => finding.ruleId));
    expect([...ids].sort()).toEqual([
      'pod-annotation-ignored',
      'pod-container-uncovered',
      'pod-not-injected',
      'pod-option-ignored',
      'pod-role-stale',
      'pod-static-credentials',
      'service-account-annotation-mistyped',
      'service-account-on-default',
      'service-account-role-arn-malformed',
      'webhook-ca-mismatch',
    ]);
    expect(code).toBe(1);
  });

  test('a token that may not list pods: pod rules unknown, one line names it, exit code 3', async () => {
    const cluster = await start(
      recordedWorld({
        allowed: [
          'get /version',
          'get /.well-known/openid-configuration',
          'get mutatingwebhookconfigurations',
          'list namespaces',
          'list serviceaccounts',
        ],
      }),
    );
    const { stdout, code } = await scan(kubeconfigOf(cluster, 'recorded'));
    const report = JSON.parse(stdout);
    expect(report.findings.filter((finding: { ruleId: string }) => finding.ruleId.startsWith('pod-'))).toEqual([]);
    const gaps = JSON.stringify(report.coverage?.gaps ?? report.gaps);
    expect(gaps.match(/"list pods"/g)).toHaveLength(1);
    expect(code).toBe(3);
  });

  test('a cluster whose certificate no known CA issued is not read: a gap, exit code 3, no all-clear', async () => {
    const cluster = await start(recordedWorld());
    const path = kubeconfigOf({ ...cluster, certificateAuthority: "''" }, 'recorded');
    const { stdout, code } = await scan(path);
    const report = JSON.parse(stdout);
    expect(report.findings.filter((one: { impact: string }) => one.impact !== 'hygiene')).toEqual([]);
    expect(JSON.stringify(report.gaps)).toContain("not issued by the cluster's certificate authority");
    expect(code).toBe(3);
  });

  test('--issuer stands in where the cluster does not tell it; two contexts of one cluster are one', async () => {
    const cluster = await start(recordedWorld({ allowed: ['get /version', 'list serviceaccounts'] }));
    const path = kubeconfigOf(cluster, 'arn:aws:eks:us-east-1:111122223333:cluster/recorded');
    const text = readFileSync(path, 'utf8').replace(
      'users:',
      "- name: again\n  context: { cluster: 'arn:aws:eks:us-east-1:111122223333:cluster/recorded', user: me }\nusers:",
    );
    writeFileSync(path, text);
    const both = [
      'scan',
      '--cluster-only',
      '--kubeconfig',
      path,
      '--context',
      'recorded',
      '--context',
      'again',
      '--json',
    ];
    const issuerGap = (text: string): boolean => /get \/\.well-known/.test(JSON.stringify(JSON.parse(text).gaps));
    const plain = await run(both);
    const told = await run([...both, '--issuer', 'https://oidc.example.com/id/A']);
    expect(JSON.parse(plain.stdout).counts.clusters).toBe(1);
    expect([issuerGap(plain.stdout), issuerGap(told.stdout)]).toEqual([true, false]);
  });

  test('an unknown context is for the user to fix', async () => {
    const cluster = await start(recordedWorld());
    const path = kubeconfigOf(cluster, 'recorded');
    const { stderr, code } = await run(['scan', '--cluster-only', '--kubeconfig', path, '--context', 'other']);
    expect(stderr).toContain('has no usable context other; it has: recorded');
    expect(code).toBe(2);
  });
});
