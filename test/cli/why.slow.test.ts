import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';
import { useFirstWorld } from '../support/first-world.ts';
import { golden } from '../support/golden.ts';

/** `why` over the sandbox's AWS, issuers and clusters, as a person at a terminal of 80 columns sees it. */
describe('why', () => {
  const sandbox = useFirstWorld({ clusters: true });
  const { folder } = sandbox;
  beforeAll(() => {
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig()));
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
  });

  /** A context for each cluster; that of store is the current one. */
  const kubeconfig = () => {
    const apis = [...sandbox.clusters()];
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
    runCommand(['why', ...args, ...sandbox.connected()], {
      cwd: folder,
      env: { KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1' },
      columns: 80,
    });
  /** The marks of the steps, in their order. */
  const marksOf = (stdout: string): string =>
    stdout
      .split('\n')
      .filter(line => /^[✔✖?] /.test(line))
      .map(line => line[0])
      .join('');

  const refusedFor = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity for system:serviceaccount:';

  test.each([
    ['that it names', `${refusedFor}orders:refund`, [], 'serviceaccount orders/refund', 1],
    [
      'of its pod, which was replaced',
      'pod/report-29312640-x9k2p: AccessKeyId is not valid',
      ['-n', 'orders'],
      'orders/report',
      1,
    ],
    [
      'of its role',
      `AccessDenied: Not authorized, arn:aws:iam::111122223333:role/store-search`,
      [],
      'catalog/search',
      1,
    ],
  ] as const)('a text is the last link of the chain %s', async (_, text, more, subject, exit) => {
    const { stdout, stderr, code } = await why(text, ...more);
    expect([stderr, code]).toEqual([expect.not.stringContaining('Error'), exit]);
    expect(stdout).toContain(subject);
    expect(stdout).toMatch(/^[✖?] text /m);
  });

  /** Lines that a terminal would break in the middle of a name: no command, and not one long name by itself. */
  const tooWide = (stdout: string): readonly string[] =>
    stdout
      .split('\n')
      .filter(line => line.length > 80 && !line.startsWith('  $ ') && line.trim().split(/ +/).length > 2);

  test.each([
    ['healthy', 'deploy/cart -n checkout --context shop', '✔✔✔✔✔✔✔✔?', 0],
    ['never-used', 'deploy/feed', '✔✔✔✔✔✔✔✔?', 3],
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
      .replace(/"caBundle": "[^"]+"/g, '"caBundle": "…"')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z: refused/g, '<time>: refused')
      .replace(/used the role on \d{4}-\d\d-\d\d/g, 'used the role on <a date>');
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
      sandbox.become(workloads);
    }
  });

  test.each([
    [
      'pod/cleanup-o',
      /irsa-auditor: why: unknown pod "cleanup-o" in namespace catalog of the current context store; did you mean cleanup-0\?$/m,
    ],
    [
      'pod/feed-7d9f-x2x4b',
      /unknown pod "feed-7d9f-x2x4b" in namespace catalog of the current context store; known: feed-0, feed-1, /,
    ],
    [
      'deploy/catalogue',
      /why: no deployment\/catalogue in namespace catalog of the current context store; did you mean catalog\?/,
    ],
    ['deploy/zzz', /why: no deployment\/zzz in namespace catalog of the current context store$/m],
    [
      'sa/maler',
      /unknown serviceaccount "maler" in namespace catalog of the current context store; did you mean mailer\?/,
    ],
    [
      'sa/refund',
      /why: no serviceaccount "refund" in namespace catalog of the current context store; there is one in namespace orders: -n orders$/m,
    ],
    [
      'pod/orders-0',
      /why: no pod "orders-0" in namespace catalog of the current context store; there is one in namespace orders/,
    ],
    [
      'statefulset/orders',
      /why: no statefulset\/orders in namespace catalog of the current context store; there is one in namespace orders: -n orders$/m,
    ],
    [
      'sts/catalog',
      /why: no statefulset\/catalog in namespace catalog of the current context store; there is deployment\/catalog$/m,
    ],
    [
      'pod/x -n catalogs',
      /--namespace: unknown namespace "catalogs" in the current context store \(--context names another\); did you mean catalog\?/,
    ],
    ['svc/x', /why: unknown kind "svc"; known: pod, serviceaccount, deployment, /],
    ['pod/a/b/c', /why: got "pod\/a\/b\/c", wanted pod\/NAME, deployment\/NAME or serviceaccount\/NAME/],
    [
      'sa/orders/refund -n catalog',
      /why: sa\/orders\/refund is in namespace orders, and -n catalog; give one of the two/,
    ],
    ['pod/x --context nope', /has no usable context nope; it has: /],
  ])('%s is refused with what there is', async (command, message) => {
    const { stdout, stderr, code } = await why(...command.split(' '));
    expect(stderr.replace(/\r\u001b\[K/g, '')).toMatch(message);
    expect([stdout, code]).toEqual(['', 2]);
  });

  test('a Deployment that has no pod is judged by its service account', async () => {
    const path = '/apis/apps/v1/namespaces/catalog/deployments';
    const labels = { app: 'idle' };
    const template = {
      metadata: { labels },
      spec: { serviceAccountName: 'mailer', containers: [{ name: 'app', image: 'idle:1' }] },
    };
    const spec = { replicas: 0, selector: { matchLabels: labels }, template };
    const document = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'idle' }, spec };
    expect(await created('store', path, document)).toBe(201);
    const { stdout, code } = await why('deploy/idle');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\? pod +no running or pending pod is of Deployment idle$/m);
    expect(stdout).toMatch(/^✖ annotation/m);
  });

  /** The status of the answer to a new object. */
  const created = async (name: string, path: string, body: object): Promise<number | undefined> => {
    const { url = '', caPem = '', token = '' } = sandbox.clusters().get(name) ?? {};
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const asked = request(new URL(path, url), { method: 'POST', ca: caPem, headers });
    asked.end(JSON.stringify(body));
    const [answer] = await once(asked, 'response');
    answer.resume();
    return answer.statusCode;
  };
});
