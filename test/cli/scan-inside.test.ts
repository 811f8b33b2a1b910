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

  test('says of a cluster that is out of reach what would change it: no gap, no finding, exit code as without it', async () => {
    await sandbox.clusters().get('search')?.stop();
    const { stdout, code } = await scan('--json');
    const report = reportOf(stdout);
    expect(code).toBe(1);
    expect(report.gaps).toEqual([]);
    expect(report.notReached?.map(({ clusterName, what }) => `${clusterName} ${what}`)).toEqual([
      'search Kubernetes resources',
    ]);
    expect(rulesOf(report)).not.toContain('cluster-unauditable');
    expect(rulesOf(report)).toContain('service-account-role-not-trusting');
    const text = (await scan()).stdout.replace(/\n +/g, ' ');
    expect(text).toMatch(/Not reached {2}Kubernetes resources, .*cluster search: .*init cluster, or --context/);
    expect(text).toMatch(/^Checked {6}ARN \(4 of 5\), provider/);
    expect(text).toMatch(/^search +– +✓/m);
  });

  test('asked for by name it is a gap: exit code 3, with the findings that it masks', async () => {
    const { stdout, code } = await scan('--in-cluster');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Not read {5}Kubernetes resources/m);
    expect(stdout.replace(/\n/g, ' ')).toMatch(
      /exit code 3, for \d+ things? that could not be read; \d+ findings at or/,
    );
  });
});
