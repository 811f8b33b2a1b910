import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { RunReport } from '../../lib/report/run-report.ts';
import { runCommand } from '../support/captured-io.ts';
import { useFirstWorld } from '../support/first-world.ts';

/** One region of the world, with the clusters' own APIs. */
describe('scan without options about the inside of clusters', () => {
  const sandbox = useFirstWorld({ clusters: true });
  const scan = (...args: readonly string[]) =>
    runCommand(['scan', '--region', 'eu-west-1', ...sandbox.connected(), ...args], { cwd: sandbox.folder });
  const reportOf = (text: string): RunReport => JSON.parse(text) as RunReport;
  const rulesOf = ({ findings }: RunReport) => findings.map(({ ruleId }) => ruleId);

  test('reads it with the EKS access of the caller, and --no-in-cluster does not', async () => {
    const report = reportOf((await scan('--json')).stdout);
    expect(rulesOf(report)).toEqual(expect.arrayContaining(['webhook-missing', 'service-account-role-not-trusting']));
    expect([report.gaps, report.notReached]).toEqual([[], undefined]);
    expect(rulesOf(reportOf((await scan('--json', '--no-in-cluster')).stdout))).not.toContain('webhook-missing');
  });

  /** Scans through the context `named` of this server and token. */
  const scanContext = (server: string, token: string, ...args: readonly string[]) => {
    const api = sandbox.clusters().get('shop');
    const kubeconfig = join(sandbox.folder, 'named.json');
    const cluster = { server, 'certificate-authority-data': api?.certificateAuthority };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'one', cluster }],
        users: [{ name: 'one', user: { token } }],
        contexts: [{ name: 'named', context: { cluster: 'one', user: 'one' } }],
      }),
    );
    const named = ['--kubeconfig', kubeconfig, '--context', 'named', ...sandbox.connected()];
    return runCommand(['scan', ...named, ...args], { cwd: sandbox.folder });
  };
  const shop = () => {
    const { url, token } = sandbox.clusters().get('shop') ?? { url: '', token: '' };
    return { url, token };
  };

  test.each<[string, () => readonly [server: string, token: string, region: string], RegExp]>([
    [
      'cannot be reached',
      () => ['https://127.0.0.1:1', 'x', 'eu-west-1'],
      /^the cluster of context named: (unreachable|timed-out)/,
    ],
    ['does not know the caller', () => [shop().url, 'expired', 'eu-west-1'], /^inside: denied/],
  ])('a context that was named and %s is a gap, exit code 3, and no all-clear', async (_, of, reason) => {
    const [server, token, region] = of();
    const { stdout, code } = await scanContext(server, token, '--region', region, '--json');
    const { gaps } = reportOf(stdout);
    expect(gaps.map(gap => `${gap.part ?? gap.section}: ${gap.reason.kind} ${gap.reason.message}`)).toEqual([
      expect.stringMatching(reason),
    ]);
    expect(code).toBe(3);
    expect((await scanContext(server, token, '--region', region)).stdout).not.toMatch(/all clear/i);
  });

  test('a context that was named and is of another region is refused with what to name', async () => {
    const { stdout, stderr, code } = await scanContext(shop().url, shop().token, '--region', 'eu-west-2', '--json');
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toContain(
      '--context named: account 111122223333 has no such cluster in eu-west-2: name its --region, or a --profile of its account',
    );
  });

  test('a context that was named and read is no gap', async () => {
    const { stdout } = await scanContext(shop().url, shop().token, '--region', 'eu-west-1', '--json');
    expect(reportOf(stdout).gaps).toEqual([]);
    expect(reportOf(stdout).counts.serviceAccounts).toBeGreaterThan(0);
  });

  test('a context that was named decides what was checked, beside every other filter', async () => {
    const { stdout } = await scanContext(shop().url, shop().token, '--region', 'eu-west-1', '-n', 'checkout');
    expect(stdout).toMatch(/^Checked {6}1 cluster, 1 account,/);
    expect(stdout).not.toMatch(/--in-cluster|in 1 of 5 clusters|clusters in /);
  });

  test('a namespace that no cluster has is told as that: it may be mistyped', async () => {
    const { stdout } = await scan('--region', 'eu-west-1', '--level', 'administrator', '--namespace', 'paymets');
    expect(stdout).toContain('No audited cluster has a namespace paymets.');
  });

  test('a filter that shows nothing gives no all-clear, and says how much it left out', async () => {
    const { stdout } = await scan('--rule', 'provider-quota-near');
    expect(stdout).toMatch(/No finding that matches the filters; the filters left out \d\d+ findings\./);
    expect(stdout).not.toMatch(/all clear/i);
  });

  test('says of a cluster that is out of reach what would change it: no gap, no finding, exit code as without it', async () => {
    await sandbox.clusters().get('search')?.stop();
    const { stdout, code } = await scan('--json');
    const report = reportOf(stdout);
    expect(code).toBe(1);
    expect(report.gaps).toEqual([]);
    expect(report.notReached?.map(({ clusterName, section }) => `${clusterName} ${section}`)).toEqual([
      'search inside',
    ]);
    expect(rulesOf(report)).not.toContain('cluster-unauditable');
    expect(rulesOf(report)).toContain('service-account-role-not-trusting');
    const text = (await scan()).stdout.replace(/\n +/g, ' ');
    expect(text).toMatch(/Not reached {2}Kubernetes resources, .*cluster search: .*init cluster, or --context/);
    expect(text).toMatch(/^Checked {6}5 clusters.*\nSteps {8}ARN \(in 4 of 5 clusters\), provider/);
    expect(text).toMatch(/^search +– +✓/m);
  });

  test('asked for by name it is a gap: exit code 3, with the findings that it masks', async () => {
    const { stdout, code } = await scan('--in-cluster');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Not read {5}Kubernetes resources/m);
    expect(stdout.replace(/\n/g, ' ')).toMatch(
      /exit code 3: \d+ things? could not be read; beside that, \d+ findings at or/,
    );
  });
});
