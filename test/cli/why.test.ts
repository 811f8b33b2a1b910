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
import { golden } from '../support/golden.ts';

/** `why` over the sandbox's AWS, issuers and clusters, as a person at a terminal of 80 columns sees it. */
describe('why', () => {
  let aws: SandboxAws;
  let issuers: Issuers;
  let clusters: Awaited<ReturnType<typeof startClusters>>;
  let folder: string;
  const before = { ...process.env };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-why-'));
    issuers = await startIssuers(issuerServers());
    const world = await firstAudit(issuers.thumbprints, new Date().toISOString());
    [aws, clusters] = await Promise.all([startAws(world), startClusters(world, issuers.mintToken)]);
    writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig()));
    for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_SESSION_TOKEN', 'KUBECONFIG'])
      delete process.env[name];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.url,
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    withCredentials();
  });
  afterAll(async () => {
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([aws.stop(), issuers.stop(), clusters.stop()]);
  });

  const withCredentials = (): void => {
    const { accessKeyId, secretAccessKey } = sandboxCredentials(workloads);
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  };
  /** A context for each cluster; that of store is the current one. */
  const kubeconfig = () => {
    const apis = [...clusters.running];
    return {
      'current-context': 'store',
      clusters: apis.map(([name, { url, certificateAuthority }]) => ({
        name,
        cluster: { server: url, 'certificate-authority-data': certificateAuthority },
      })),
      users: apis.map(([name, { token }]) => ({ name, user: { token } })),
      contexts: apis.map(([name]) => ({ name, context: { cluster: name, user: name, namespace: 'catalog' } })),
    };
  };
  const why = (...args: readonly string[]) =>
    runCommand(
      [
        ...['why', ...args, '--ca-file', join(folder, 'roots.pem')],
        ...issuers.connectTo.flatMap(text => ['--connect-to', text]),
      ],
      { cwd: folder, env: { KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1' }, columns: 80 },
    );
  /** The marks of the steps, in their order. */
  const marksOf = (stdout: string): string =>
    stdout
      .split('\n')
      .filter(line => /^[✔✖?] /.test(line))
      .map(line => line[0])
      .join('');

  /** Lines that a terminal would break in the middle of a name: no command, and not one long name by itself. */
  const tooWide = (stdout: string): readonly string[] =>
    stdout
      .split('\n')
      .filter(line => line.length > 80 && !line.startsWith('  $ ') && line.trim().split(/ +/).length > 2);

  test.each([
    ['healthy', 'deploy/cart -n checkout --context shop', '✔✔✔✔✔✔✔✔?', 0],
    ['healthy-beside-findings', 'deploy/feed', '✔✔✔✔✔✔✔✔?', 0],
    ['not-injected', 'pod/catalog-0 -n catalog', '✔✔✔✖?✔✔✔?', 1],
    ['role-stale', 'statefulset/orders -n orders', '✔✔✔✖✔✔✔✔?', 1],
    ['static-credentials', 'cronjob report -n orders', '✔✔✔✖✔✔✔✔?', 1],
    ['service-account-gone', 'po/cleanup-0', '✔✖???????', 1],
    ['pod-identity', 'deployments.apps/thumbs', '✔✔?✖?????', 1],
    ['annotation-mistyped', 'sa/mailer', '?✔✖??????', 1],
    ['role-arn-malformed', 'serviceaccount/importer', '?✔✖✔?????', 1],
    ['no-role', 'ds/logs -n checkout --context shop', '✔✔✖??????', 1],
    ['webhook-invalid', 'ds/encoder -n media --context media', '✔✔✔✖?✔✔✔?', 1],
    ['provider-missing', 'sa/charge -n payments --context payments', '?✔✔✔?✖?✔?', 1],
    ['audience-refused', 'sa/search', '?✔✔✔?✔✖??', 1],
    ['role-missing', 'sa/invoice -n orders', '?✔✔✔?✔✔✖?', 1],
    ['not-trusting', 'sa/refund -n orders --cloud-trail --prove', '?✔✔✔?✔✔✖✖✔✖', 1],
  ] as const)('the transcript of %s names the step, the cause and the fix', async (name, command, marks, exit) => {
    const { stdout, stderr, code } = await why(...command.split(' '));
    const steady = stdout
      .replace(/"caBundle":"[^"]+"/g, '"caBundle":"…"')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z: refused/g, '<time>: refused');
    golden(`why/${name}.txt`, `$ irsa-auditor why ${command}\n${steady}`);
    expect([marksOf(stdout), code]).toEqual([marks, exit]);
    expect(tooWide(stdout)).toEqual([]);
    expect(stderr.replace(/\r\u001b\[K[^\r]*/g, '')).toBe('');
  });

  test('--prove tries the role with a real token where IAM of another account cannot be read', async () => {
    const { stdout, code } = await why('sa/exporter', '-n', 'checkout', '--context', 'shop', '--prove');
    expect(marksOf(stdout)).toBe('?✔✔✔????' + '?✔✔');
    expect(stdout).toContain('Nothing is wrong: STS gave this service account its role.');
    expect(stdout).not.toMatch(/ASIA|eyJ/);
    expect(code).toBe(0);
  });

  test('JSON has the target, each step with its value, and the cause with its fix', async () => {
    const { stdout, code } = await why('sa/refund', '-n', 'orders', '-o', 'json');
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      target: { kind: 'ServiceAccount', namespace: 'orders', name: 'refund' },
      cluster: { name: 'store' },
      verdict: 'cause',
      failedAt: 'trust-policy',
      roleArn: `arn:aws:iam::${workloads}:role/store-orders`,
    });
    expect(answer.steps.map(({ step, result }: Record<string, string>) => `${step} ${result}`)).toEqual([
      'pod unread',
      'service-account ok',
      'annotation ok',
      'injection ok',
      'token unread',
      'provider ok',
      'audience ok',
      'trust-policy failed',
      'last-call unread',
    ]);
    const { cause } = answer.steps[7];
    expect(cause.ruleId).toBe('service-account-role-not-trusting');
    expect(cause.fix.commands[0]).toContain('aws iam update-assume-role-policy --role-name store-orders');
    expect(code).toBe(1);
  });

  test('without credentials everything of AWS is a question mark with the reason, and nothing is a tick', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    try {
      const { stdout, code } = await why('deploy/cart', '-n', 'checkout', '--context', 'shop');
      expect(marksOf(stdout)).toBe('✔✔✔✔✔????');
      expect(tooWide(stdout)).toEqual([]);
      golden('why/no-credentials.txt', `$ irsa-auditor why deploy/cart -n checkout --context shop\n${stdout}`);
      expect(code).toBe(3);
    } finally {
      withCredentials();
    }
  });

  test.each([
    ['pod/cleanup-o', /irsa-auditor: why: unknown pod in namespace catalog "cleanup-o"; did you mean cleanup-0\?$/m],
    ['pod/feed-7d9f-x2x4b', /unknown pod in namespace catalog "feed-7d9f-x2x4b"; known: feed-0, feed-1, /],
    ['deploy/catalogue', /unknown deployment in namespace catalog "catalogue"; did you mean catalog\?/],
    ['sa/maler', /unknown serviceaccount in namespace catalog "maler"; did you mean mailer\?/],
    ['pod/x -n catalogs', /--namespace: unknown namespace "catalogs"; did you mean catalog\?/],
    ['svc/x', /why: unknown kind "svc"; known: pod, serviceaccount, deployment, /],
    ['pod/a/b', /why: got "pod\/a\/b", wanted pod\/NAME, deployment\/NAME or serviceaccount\/NAME/],
    ['pod/x --context nope', /has no usable context nope; it has: /],
  ])('%s is refused with what there is', async (command, message) => {
    const { stdout, stderr, code } = await why(...command.split(' '));
    expect(stderr.replace(/\r\u001b\[K/g, '')).toMatch(message);
    expect([stdout, code]).toEqual(['', 2]);
  });
});
