import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../support/captured-io.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { useFirstWorld } from '../support/first-world.ts';

/** A kubeconfig whose only context is the current one; the endpoint is not a host of EKS, as behind a tunnel. */
const kubeconfigOf = (server: string, ca: string, token: string): string =>
  JSON.stringify({
    'current-context': 'tunnel',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'tunnel', context: { cluster: 'c', user: 'u' } }],
  });

/** `explain` with a subject, over the sandbox's AWS, issuers and clusters: its causes, and none of elsewhere. */
describe('explain names the cause', () => {
  const sandbox = useFirstWorld({ clusters: true });

  const notAuthorized =
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity';
  const explain = (message: string, ...place: readonly string[]) =>
    runCommand([...['explain', message, '--region', 'eu-west-1', '--in-cluster'], ...sandbox.connected(), ...place], {
      cwd: sandbox.folder,
    });
  /** The finding: the part before the general explanation. */
  const found = (stdout: string): string =>
    stdout.slice(0, stdout.search(/^(The cause here|No finding decides\..*|The cause is)$/m));

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
  ] as const)('the cause %s comes before the general causes', async (_, message, place, ruleId) => {
    const { stdout, stderr, code } = await explain(message, ...place);
    expect(stderr).toBe('');
    expect(found(stdout)).toMatch(/^The cause here:/);
    expect(found(stdout)).toContain(ruleId);
    expect(found(stdout)).not.toContain('shop-everyone');
    expect(code).toBe(1);
  });

  describe('of a text that names its pod, unasked', () => {
    const eksHost = 'abcdef0123456789.gr7.eu-west-1.eks.amazonaws.com';
    /** The current context leads to a host of EKS, by a proxy that knows where it lies. */
    const explainHere = async (message: string, ...more: readonly string[]) => {
      const { url = '', certificateAuthority = '', token = '' } = sandbox.clusters().get('store') ?? {};
      const { port } = new URL(url);
      const proxy = await startConnectProxy(() => ({ port: Number(port) }));
      const [kubeconfig, server] = [join(sandbox.folder, 'eks-kubeconfig'), `https://${eksHost}`];
      const config = JSON.parse(kubeconfigOf(server, certificateAuthority, token));
      Object.assign(config.clusters[0].cluster, { 'proxy-url': proxy.url, 'tls-server-name': 'localhost' });
      writeFileSync(kubeconfig, JSON.stringify(config));
      const env = { KUBECONFIG: kubeconfig, HOME: sandbox.folder };
      const answer = await runCommand(['explain', message, ...sandbox.connected(), ...more], {
        cwd: sandbox.folder,
        env,
      });
      await proxy.stop();
      return { ...answer, asked: proxy.asked };
    };

    test('the answer is the chain of the pod, with the text as its last link', async () => {
      const { stdout, code, asked } = await explainHere(`${notAuthorized} for system:serviceaccount:orders:refund`);
      expect(new Set(asked)).toEqual(new Set([`${eksHost}:443`]));
      expect(stdout).toMatch(/^serviceaccount orders\/refund /);
      expect(stdout).toMatch(/^\S+ text [\s\S]*Not authorized to perform[\s\S]*^Why /m);
      expect(stdout).toMatch(/^Why .*orders\/refund/m);
      expect(code).toBe(1);
    });

    test.each([
      ['of a pod that is not there', `${notAuthorized} for system:serviceaccount:orders:nobody`],
      ['that names no pod', notAuthorized],
    ])('a text %s is answered by itself, with the way to decide', async (_, text) => {
      const { stdout, code } = await explainHere(text);
      expect(stdout).toMatch(/^To decide: irsa-auditor why /m);
      expect(code).toBe(0);
    });

    test('no cluster is touched with --no-in-cluster', async () => {
      const { asked } = await explainHere(
        `${notAuthorized} for system:serviceaccount:orders:refund`,
        '--no-in-cluster',
      );
      expect(asked).toEqual([]);
    });
  });

  test('without options for clusters it reads through the current context, and suggests to prove the chain', async () => {
    const kubeconfig = join(sandbox.folder, 'kubeconfig');
    const store = sandbox.clusters().get('store');
    writeFileSync(kubeconfig, kubeconfigOf(store?.url ?? '', store?.certificateAuthority ?? '', store?.token ?? ''));
    const { stdout, code } = await runCommand(
      [
        ...['explain', notAuthorized, '--region', 'eu-west-1', '--service-account', 'orders/refund'],
        ...sandbox.connected(),
      ],
      { cwd: sandbox.folder, env: { KUBECONFIG: kubeconfig } },
    );
    expect(found(stdout)).toContain('service-account-role-not-trusting');
    expect(code).toBe(1);
  });

  test('for a role it shows the findings of the role, not those of others', async () => {
    const { stdout, code } = await explain(notAuthorized, '--role', 'shop-everyone');
    expect(found(stdout)).toContain('trust-any-subject');
    expect(found(stdout)).not.toContain('payments');
    expect(code).toBe(1);
  });

  test('for a healthy cluster it finds no cause, whatever is broken elsewhere', async () => {
    const { stdout, code } = await explain(notAuthorized, '--cluster', 'depot');
    expect(found(stdout)).toMatch(/^None of the known causes was found here\. Check what/);
    expect(code).toBe(0);
  });

  test('the JSON output is one document, with what was found', async () => {
    const { stdout, code } = await explain(notAuthorized, '--role', 'shop-everyone', '--json');
    const { verdict: told, here } = JSON.parse(stdout);
    expect([told, here.verdict, here.exitCode, code]).toEqual([
      'likely',
      expect.stringMatching(/Other findings here:$/),
      1,
      1,
    ]);
    expect(here.findings.map((finding: { ruleId: string }) => finding.ruleId)).toContain('trust-any-subject');
  });

  test.each([
    ['that is not known', 'the cat sat on the mat'],
    ['whose causes no rule checks', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'],
  ])('for a message %s other findings are shown, and not called its cause', async (_, message) => {
    const { stdout, code } = await explain(message, '--role', 'shop-everyone');
    expect(stdout).toContain('No rule checks a cause of this message. Other findings here:');
    expect(stdout).toContain('trust-any-subject');
    expect(code).toBe(1);
  });

  test('for a message whose causes no rule checks, a healthy cluster is no all-clear', async () => {
    const { stdout } = await explain(
      'STS is not activated in this region for account:111122223333',
      '--cluster',
      'depot',
    );
    expect(stdout).toContain('No rule checks a cause of this message. No other finding here.');
  });

  test('an unknown name is an error', async () => {
    const { stderr, code } = await explain(notAuthorized, '--cluster', 'dept');
    expect(stderr).toContain('--cluster: unknown cluster "dept"; did you mean depot?');
    expect(code).toBe(2);
  });
});
