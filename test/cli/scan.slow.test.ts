import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunReport } from '../../lib/report/run-report.ts';
import { expiredCredentials, sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { data, regions, workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';
import { useFirstWorld } from '../support/first-world.ts';

/** `scan` over the sandbox's endpoints: the SDK's own environment variables lead to them, as they would for a person. */
const sandbox = useFirstWorld();
const { folder } = sandbox;

const useCredentials = (credentials: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}) => {
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
  if (credentials.sessionToken === undefined) delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = credentials.sessionToken;
};

afterEach(() => {
  sandbox.world().faults.length = 0;
  useCredentials(sandboxCredentials(workloads));
});

const everywhere = () => [...regions.flatMap(region => ['--region', region]), ...sandbox.connected()];
const scan = (...args: readonly string[]) =>
  runCommand(['scan', ...everywhere(), '--no-in-cluster', ...args], { cwd: folder });
const reportOf = (text: string): RunReport => JSON.parse(text) as RunReport;

describe('scan', () => {
  test('finds the faults and exits 1', async () => {
    const { stdout, stderr, code } = await scan('--format', 'json');
    const report = reportOf(stdout);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(report.gaps).toEqual([]);
    expect(report.transitions).toEqual([]);
    expect(report.findings.map(finding => finding.ruleId)).toEqual(
      expect.arrayContaining(['cluster-provider-missing', 'trust-any-subject']),
    );
    expect(report.notes.join(' ')).toContain('--connect-to');
  });

  test('JSON and HTML carry the graph and the health of clusters, unless a filter left findings out', async () => {
    const whole = reportOf((await scan('--format', 'json')).stdout);
    expect(whole.graph?.nodes.map(node => node.kind)).toEqual(expect.arrayContaining(['cluster', 'role', 'provider']));
    const html = (await scan('--format', 'html')).stdout;
    for (const part of ['id="health"', 'id="graph-svg"']) expect(html).toContain(part);
    expect(reportOf((await scan('--format', 'json', '--min-severity', 'high')).stdout).graph).toBeUndefined();
  });

  test('the roles of a level that a namespace can assume', async () => {
    const { stdout } = await scan('--level', 'administrator', '--namespace', 'catalog');
    // The namespaces of its clusters were not read.
    expect(stdout).not.toContain('has a namespace');
    expect(stdout).toContain('that service accounts of namespace catalog can assume, with level administrator');
    expect(stdout).toMatch(/store-catalog is an administrator/);
    expect(stdout).not.toMatch(/ {2}payments-charge /);
    expect(stdout).toContain('Service control policies were not read (add --control-policies): a level may be less.');
    expect(stdout).not.toContain('add --role-permissions');
    const none = await scan('--level', 'administrator', '--namespace', 'no-such-namespace', '--json');
    const { roles, findings, leftOut = 0 } = reportOf(none.stdout);
    expect([roles?.roles.some(({ roleArn }) => roleArn.endsWith('/store-catalog')), findings.length < leftOut]).toEqual(
      [false, true],
    );
    expect((await scan('--level', 'root')).code).toBe(2);
  });

  test('services that a role never called, with the statement without them', async () => {
    const role = sandbox.world().accounts[0]?.roles.find(({ name }) => name === 'store-orders');
    if (role === undefined) throw new Error('the world has no role store-orders');
    role.calledServices = { dynamodb: new Date().toISOString(), sqs: null };
    try {
      const { stdout } = await scan('--unused-permissions', '--rule', 'role-permissions-unused', '--json');
      const { findings, apiCalls } = reportOf(stdout);
      expect(findings.map(({ severity, data }) => [severity, data.role, data.services])).toEqual([
        ['info', 'store-orders', 'sqs'],
      ]);
      expect(findings[0]?.evidence).toContainEqual(
        expect.objectContaining({ got: 'sqs:SendMessage, dynamodb:PutItem', wanted: 'dynamodb:PutItem' }),
      );
      const { 'iam:GenerateServiceLastAccessedDetails': made, 'iam:GetServiceLastAccessedDetails': looked } = apiCalls;
      expect(looked).toBe(made);
    } finally {
      delete role.calledServices;
    }
  });

  test('a filter does not hide that regions were not audited', async () => {
    const one = [
      'scan',
      '--region',
      'eu-west-1',
      ...sandbox.connected(),
      '--no-in-cluster',
      '--min-severity',
      'critical',
    ];
    const { stdout } = await runCommand(one, { cwd: folder });
    expect(stdout).toMatch(/Note: not checked: clusters in [\s\S]*belong to clusters there/);
    const everywhereText = (await scan('--min-severity', 'critical')).stdout;
    expect(everywhereText).not.toContain('not checked: clusters');
  });

  test('where the home takes no folder the scan ends all the same, and says how to go on', async () => {
    const { stdout, code } = await runCommand(['scan', ...everywhere(), '--no-in-cluster'], {
      cwd: folder,
      env: { HOME: '/proc' },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Next: the same command with --finding [0-9a-f]{8}/);
  });

  test('says first what was checked and which option adds the rest, and last what to type next', async () => {
    const { stdout } = await scan();
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^Checked {6}11 clusters, 1 account/);
    expect(stdout).toMatch(/^Steps {8}provider, audience, thumbprint, trust$/m);
    expect(stdout).toContain('Not checked  ARN, webhook, injection (add --in-cluster)\n');
    expect(stdout).toContain('Not checked  SDK (add --cloud-trail)\n');
    expect(lines.at(-1)).toMatch(/^Next: the same command with --finding [0-9a-f]{8} {2}# cause and fix$/);
    expect(stdout).not.toContain('\u001b[');
  });

  test('is kept for its owner: explain needs no second audit, and other commands are asked for in the same way', async () => {
    const home = join(folder, 'home');
    const env = { HOME: home };
    const first = await runCommand(['scan', ...everywhere(), '--no-in-cluster'], { cwd: home, env });
    const id = /Next: irsa-auditor explain ([0-9a-f]{8})/.exec(first.stdout)?.[1] ?? '';
    const kept = join(home, '.cache/irsa-auditor/last-scan-111122223333.json');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    useCredentials(expiredCredentials);
    const explained = await runCommand(['explain', id], { cwd: home, env });
    expect(explained.code).toBe(0);
    expect(explained.stdout).toContain(`id        ${id}`);
    expect(explained.stderr).toMatch(
      /^From the last scan of account 111122223333, less than a minute ago \(.*\); a new one: irsa-auditor scan\n$/,
    );
    useCredentials(sandboxCredentials(workloads));
    const again = await runCommand(['scan', '--finding', id], { cwd: home, env });
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringMatching(/^As the last scan was asked for: .*--region=.*--connect-to=/),
    ]);
    expect(again.stdout).toContain(`id        ${id}`);
    writeFileSync(kept, '{"asked":{"kubeconfig":7}}');
    expect((await runCommand(['explain', id], { cwd: home, env })).code).toBe(2);
  });

  test('shows one finding with its details by the beginning of its id, and refuses a beginning of several or of none', async () => {
    const { findings } = reportOf((await scan('--json')).stdout);
    const [one] = findings;
    const { stdout, code } = await scan('--finding', one?.id.slice(0, 8) ?? '');
    expect(code).toBe(1);
    expect(stdout).toContain(one?.message.slice(0, 40));
    expect(stdout).toContain(`id        ${one?.id}`);
    expect(stdout).toContain(`${findings.length - 1} findings are left out by the filters given`);
    const first = findings.map(({ id }) => id.charAt(0));
    const shared = first.find((letter, at) => first.indexOf(letter) !== at) ?? '';
    const candidates = findings.filter(({ id }) => id.startsWith(shared));
    const ambiguous = await scan('--finding', shared);
    expect(ambiguous.code).toBe(2);
    for (const { id } of candidates.slice(0, 2)) expect(ambiguous.stderr).toContain(id);
    expect((await scan('--finding', 'ffff0000ffff')).stderr).toMatch(
      /finding ffff0000ffff not found in a scan of account 111122223333 in [a-z]+-/,
    );
  });

  test('a severity may be written in any case', async () => {
    expect((await scan('--fail-on', 'CRITICAL')).code).toBe(0);
    expect((await scan('--min-severity', 'High', '--fail-on', 'Info')).code).toBe(1);
  });

  test.each([
    [['--fail-on', 'critical'], 0],
    [['--fail-on', 'high'], 1],
    [['--cluster', 'depot', '--fail-on', 'low'], 0],
    [['--cluster', 'shop', '--fail-on', 'low'], 1],
    [['--rule', 'cluster-issuer-absent', '--fail-on', 'medium'], 0],
  ] as const)('%j exits %i', async (args, want) => {
    expect((await scan(...args)).code).toBe(want);
  });

  test.each([
    [['--cluster', 'shp'], '--cluster: unknown cluster "shp"; did you mean shop?'],
    [['--rule', 'trust-any-subjct'], '--rule: unknown rule "trust-any-subjct"; did you mean trust-any-subject?'],
  ] as const)('%j is an error that names the nearest', async (args, said) => {
    const { stderr, stdout, code } = await scan(...args);
    expect(stderr).toContain(said);
    expect([stdout, code]).toEqual(['', 2]);
  });

  test('places every finding whose issuer is a cluster’s in that cluster', async () => {
    const { findings, graph } = reportOf((await scan('--json')).stdout);
    const issuers = (graph?.nodes ?? []).flatMap(node => (node.kind === 'cluster' && node.issuer ? [node.issuer] : []));
    expect(findings.filter(one => one.clusterName === undefined && issuers.includes(one.issuer ?? ''))).toEqual([]);
    expect(findings.filter(one => one.clusterName !== undefined).length).toBeGreaterThan(5);
  });

  test('a filter leaves out and says so', async () => {
    const report = reportOf((await scan('--json', '--rule', 'trust-any-subject')).stdout);
    expect(report.findings.map(finding => finding.ruleId)).toEqual(['trust-any-subject']);
    expect(report.notes.join(' ')).toMatch(/left out by the filters/);
  });

  test('a baseline shows only what moved since', async () => {
    const before = reportOf((await scan('--json')).stdout);
    expect(before.firstSeen).toBeUndefined();
    await scan('--json', '--output-file', 'before.json');
    const [account] = sandbox.world().accounts;
    const provider = account?.providers.find(each => each.url.includes('8C8C'));
    if (provider) provider.audiences = [];
    const report = reportOf((await scan('--json', '--baseline', 'before.json')).stdout);
    const moved = (await scan('--baseline', 'before.json')).stdout;
    if (provider) provider.audiences = ['sts.amazonaws.com'];
    const still = (await scan('--baseline', 'before.json')).stdout;
    expect(moved).toMatch(/\n {2}opened +HIGH .*provider: audience not accepted\n/);
    expect(still).toContain('\nNothing moved since the baseline.\n');
    for (const text of [moved, still]) {
      expect(text).toMatch(/^Checked /);
      expect(text).toContain(`\n${before.findings.length} findings are open as before.\n`);
      expect(text).not.toMatch(/^(CRITICAL|HIGH|Next)\b/m);
    }
    expect(report.transitions.map(({ kind, after }) => `${kind} ${after.finding.ruleId}`)).toEqual([
      'opened provider-audience-missing',
    ]);
    expect(report.factChanges.map(change => change.kind)).toEqual(['provider-audiences']);
    const [opened] = report.transitions;
    const { [opened?.after.finding.id ?? '']: now, ...earlier } = report.firstSeen ?? {};
    expect(now).toBe(report.startedAt);
    expect(Object.keys(earlier)).toHaveLength(before.findings.length);
    expect(Object.values(earlier).filter(at => at >= report.startedAt)).toEqual([]);
  });

  test('reads another account through a role', async () => {
    const report = reportOf(
      (
        await scan(
          '--json',
          '--role-arn',
          `arn:aws:iam::${data}:role/irsa-auditor-read`,
          '--external-id',
          'irsa-auditor',
        )
      ).stdout,
    );
    expect(report.accounts.map(account => account.accountId)).toEqual([data]);
  });
});

describe('what could not be read', () => {
  test.each([
    ['iam:ListRoles', { operation: 'iam:ListRoles', kind: 'deny' }, 'iam:ListRoles'],
    [
      'eks:ListClusters in one region',
      { operation: 'eks:ListClusters', kind: 'deny', region: 'us-east-1' },
      'eks:ListClusters',
    ],
    [
      'eks:DescribeCluster of one cluster',
      { operation: 'eks:DescribeCluster', kind: 'deny', resource: 'shop' },
      'eks:DescribeCluster',
    ],
  ] as const)('%s denied is a gap that names the permission, and exit code 3', async (_name, fault, permission) => {
    const orphansOf = ({ findings }: ReturnType<typeof reportOf>) =>
      findings.filter(({ ruleId }) => ruleId === 'provider-orphaned').map(({ subject }) => subject);
    const whole = reportOf((await scan('--json')).stdout);
    sandbox.world().faults.push({ ...fault });
    const { stdout, code } = await scan('--json');
    const report = reportOf(stdout);
    expect(code).toBe(3);
    expect(report.notes.join(' ')).toMatch(
      /exit code 3: \d+ things? could not be read; beside that, \d+ findings? at or above low would give exit code 1/,
    );
    expect(report.gaps.map(gap => gap.reason.permission)).toContain(permission);
    // A cluster that was not read makes no orphan.
    expect(orphansOf(whole)).toEqual(expect.arrayContaining(orphansOf(report)));
  });
});

describe('bad input is one sentence and exit code 2', () => {
  test.each([
    ['an unknown rule', ['--rule', 'nope'], /--rule: unknown rule "nope"; known: cluster-provider-missing/],
    ['a bad --connect-to', ['--connect-to', 'here'], /--connect-to: got "here", wanted HOST:PORT:ADDRESS:PORT/],
    ['a missing file', ['--ca-file', 'nowhere.pem'], /--ca-file: .*nowhere\.pem cannot be read/],
    ['a baseline that is none', ['--baseline', 'roots.pem'], /roots\.pem is not a report of a run/],
    ['an unknown severity', ['--fail-on', 'awful'], /Allowed choices are critical, high/],
    ['a role that is none', ['--role-arn', 'arn:aws:iam::1:user/x'], /not the ARN of a role/],
    ['a configuration that is none', ['--config', 'roots.pem'], /roots\.pem is not JSON/],
  ] as const)('%s', async (_name, args, message) => {
    const { stderr, stdout, code } = await scan(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('expired credentials', async () => {
    useCredentials(expiredCredentials);
    const { stderr, code } = await scan();
    expect(code).toBe(2);
    expect(stderr).toMatch(/expired/i);
  });

  test('no region', async () => {
    const { stderr, code } = await runCommand(['scan'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/no region: give --region/);
  });
});
