import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunReport } from '../../lib/core/report/run-report.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../sandbox/kubernetes/start-clusters.ts';
import { firstAudit, issuerServers, workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';

/** One region of the world, with the clusters' own APIs. */
describe('scan without options about the inside of clusters', () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  let issuers: Issuers;
  let clusters: Awaited<ReturnType<typeof startClusters>>;
  const folder = mkdtempSync(join(tmpdir(), 'irsa-inside-'));
  const before = { ...process.env };

  beforeAll(async () => {
    issuers = await startIssuers(issuerServers());
    const world = await firstAudit(issuers.thumbprints, new Date().toISOString());
    [aws, clusters] = await Promise.all([startAws(world), startClusters(world, issuers.mintToken)]);
    writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
    for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_SESSION_TOKEN', 'KUBECONFIG'])
      delete process.env[name];
    const { accessKeyId, secretAccessKey } = sandboxCredentials(workloads);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.url,
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
  });
  afterAll(async () => {
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([aws.stop(), issuers.stop(), clusters.stop()]);
  });

  const scan = (...args: readonly string[]) =>
    runCommand(
      [
        ...['scan', '--region', 'eu-west-1', ...issuers.connectTo.flatMap(text => ['--connect-to', text])],
        ...['--ca-file', join(folder, 'roots.pem'), ...args],
      ],
      { cwd: folder },
    );
  const reportOf = (text: string): RunReport => JSON.parse(text) as RunReport;
  const rulesOf = ({ findings }: RunReport) => findings.map(({ ruleId }) => ruleId);

  test('reads it with the EKS access of the caller, and --no-in-cluster does not', async () => {
    const report = reportOf((await scan('--json')).stdout);
    expect(rulesOf(report)).toEqual(expect.arrayContaining(['webhook-missing', 'service-account-role-not-trusting']));
    expect([report.gaps, report.notReached]).toEqual([[], undefined]);
    expect(rulesOf(reportOf((await scan('--json', '--no-in-cluster')).stdout))).not.toContain('webhook-missing');
  });

  test('says of a cluster that is out of reach what would change it: no gap, no finding, exit code as without it', async () => {
    await clusters.running.get('search')?.stop();
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
