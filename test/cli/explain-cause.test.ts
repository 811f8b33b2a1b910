import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../sandbox/kubernetes/start-clusters.ts';
import { firstAudit, issuerServers, workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';

/** `explain` with a place, over the sandbox's AWS, issuers and clusters: the causes there, and none of elsewhere. */
describe('explain names the cause', () => {
  let aws: SandboxAws;
  let issuers: Issuers;
  let clusters: Awaited<ReturnType<typeof startClusters>>;
  let folder: string;
  const before = { ...process.env };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-explain-'));
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

  const notAuthorized =
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity';
  const explain = (message: string, ...place: readonly string[]) =>
    runCommand(
      [
        ...['explain', message, '--region', 'eu-west-1', '--in-cluster'],
        ...issuers.connectTo.flatMap(text => ['--connect-to', text]),
        ...['--ca-file', join(folder, 'roots.pem'), ...place],
      ],
      { cwd: folder },
    );
  /** What was found, not what the message may mean. */
  const found = (stdout: string): string => stdout.slice(stdout.search(/The cause here|None of these causes/));

  test.each([
    [
      'of a cluster',
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://x',
      ['--cluster', 'payments'],
      'cluster-provider-missing',
    ],
    [
      'of a service account',
      notAuthorized,
      ['--cluster', 'store', '--service-account', 'orders/refund'],
      'service-account-role-not-trusting',
    ],
  ] as const)('%s', async (_, message, place, ruleId) => {
    const { stdout, stderr, code } = await explain(message, ...place);
    expect(stderr).toBe('');
    expect(found(stdout)).toMatch(/^The cause here:/);
    expect(found(stdout)).toContain(ruleId);
    expect(found(stdout)).not.toContain('shop-everyone');
    expect(code).toBe(1);
  });

  test('of a role: only what stands in its way, not the faults of others', async () => {
    const { stdout, code } = await explain(notAuthorized, '--role', 'shop-everyone');
    expect(found(stdout)).toContain('trust-any-subject');
    expect(found(stdout)).not.toContain('payments');
    expect(code).toBe(1);
  });

  test('a healthy cluster has none, whatever is broken elsewhere', async () => {
    const { stdout, code } = await explain(notAuthorized, '--cluster', 'depot');
    expect(found(stdout)).toMatch(/^None of these causes was found here\. Look at/);
    expect(code).toBe(0);
  });

  test('as JSON is one document, with what was found', async () => {
    const { stdout, code } = await explain(notAuthorized, '--role', 'shop-everyone', '--json');
    const { known, here } = JSON.parse(stdout);
    expect([known, here.verdict, here.exitCode, code]).toEqual([true, expect.stringMatching(/but this was:$/), 1, 1]);
    expect(here.findings.map((finding: { ruleId: string }) => finding.ruleId)).toContain('trust-any-subject');
  });

  test.each([
    ['that nobody knows', 'the cat sat on the mat'],
    ['whose causes no rule decides', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'],
  ])('of a message %s: what was found there is told all the same, and not called its cause', async (_, message) => {
    const { stdout, code } = await explain(message, '--role', 'shop-everyone');
    expect(stdout).toContain('No rule looks for a cause of this message. Found here all the same:');
    expect(stdout).toContain('trust-any-subject');
    expect(code).toBe(1);
  });

  test('of a message whose causes no rule decides, at a healthy place: no all-clear', async () => {
    const { stdout } = await explain(
      'STS is not activated in this region for account:111122223333',
      '--cluster',
      'depot',
    );
    expect(stdout).toContain('No rule looks for a cause of this message. Nothing else was found here.');
  });

  test('a name that nobody has is no all-clear', async () => {
    const { stderr, code } = await explain(notAuthorized, '--cluster', 'dept');
    expect(stderr).toContain('got cluster "dept"');
    expect(code).toBe(2);
  });
});
