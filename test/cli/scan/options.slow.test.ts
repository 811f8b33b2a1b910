/** What each option of a command that audits makes it read: calls to AWS, requests to the cluster, and what is said of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../../sandbox/kubernetes/start-clusters.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { kubeconfigOf } from '../../support/fix-bench.ts';
import { golden } from '../../support/golden.ts';
import { sandboxVariables } from '../../support/lead-to-sandbox.ts';
import { worldOfFacts } from '../../support/world-of-facts.ts';

const facts = someFacts({
  settings: { inCluster: true },
  clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount()]), pods: complete([]) })]),
});
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-options-'));
const before = { ...process.env };
let issuers: Issuers;
let aws: SandboxAws;
let clusters: Awaited<ReturnType<typeof startClusters>>;
let places: readonly string[];
beforeAll(async () => {
  issuers = await startIssuers([{ url: exampleIssuer, chain: 'public', discovery: 'valid' }]);
  const world = worldOfFacts(facts, issuers.thumbprints(exampleIssuer), issuers.caPem);
  aws = await startAws(world);
  clusters = await startClusters(world, issuers.mintToken);
  writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf(world, clusters.running));
  places = ['--ca-file', 'roots.pem', ...issuers.connectTo.flatMap(text => ['--connect-to', text])];
  Object.assign(process.env, {
    ...sandboxVariables(aws.url, facts.snapshot.accountId, folder),
    AWS_REGION: 'eu-west-1',
  });
}, 60_000);
afterAll(async () => {
  process.env = before;
  await Promise.all([aws?.stop(), issuers?.stop(), clusters?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Requests to the cluster, each once, without what they ask about. */
const requests = (): readonly string[] =>
  [...clusters.running.values()].flatMap(api => api.requests().map(({ method, path }) => `${method} ${path}`));

const ran = async (words: readonly string[]) => {
  const [callsBefore, requestsBefore] = [aws.calls(), requests().length];
  const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'none') } as Record<string, string>;
  const { stdout, stderr, code } = await runCommand([...words, ...places], { cwd: folder, env });
  const calls = Object.entries(aws.calls()).flatMap(([name, count]) => {
    const made = count - (callsBefore[name] ?? 0);
    return made === 0 ? [] : [`${name} ${made}`];
  });
  return { stdout, stderr, code, calls, asked: [...new Set(requests().slice(requestsBefore))].sort() };
};

const configurations: Readonly<Record<string, object>> = {
  'regions.json': { regions: ['us-east-2', 'eu-west-1'] },
  'all-regions.json': { regions: 'all' },
  'reading.json': { roleDetails: true, rolePermissions: true, cloudTrail: { enabled: true }, allRoles: true },
  'unused.json': { unusedPermissions: true, unusedAfterDays: 30 },
  'inside.json': { inCluster: { enabled: true }, rbac: true },
  'policies.json': { resourceControlPolicies: true },
  'deployment.json': { notifications: [{ to: 'slack', secretName: 's' }], minSeverity: 'high' },
};
const scans: readonly (readonly string[])[] = [
  [],
  ['--no-in-cluster'],
  ['--in-cluster'],
  ['--in-cluster', '--network'],
  ['--in-cluster', '--rbac'],
  ['--config', 'inside.json'],
  ['--kubeconfig', 'kubeconfig', '--context', 'CLUSTER'],
  ['--kubeconfig', 'kubeconfig', '--context', 'CLUSTER', '--rbac', '--network'],
  ['--kubeconfig', 'kubeconfig', '--context', 'nowhere'],
  ...[
    ['--role-details'],
    ['--role-permissions'],
    ['--unused-permissions'],
    ['--cloud-trail'],
    ['--control-policies'],
    ['--all-roles'],
    ['--no-issuers'],
    ['--all-regions'],
    ['--region', 'us-east-2', '--region', 'eu-west-1'],
    ['--level', 'administrator'],
    ['--level', 'admin'],
    ['--role-arn', aRole().arn, '--external-id', 'x'],
    ['--external-id', 'x'],
    ['--issuer', exampleIssuer],
    ['--profile', 'none'],
    ...Object.keys(configurations).map(name => ['--config', name]),
    ['--config', 'reading.json', '--region', 'eu-west-1'],
  ].map(words => ['--no-in-cluster', ...words]),
];

test('of each option of a scan the calls, the requests and what is said of them are those that are kept', async () => {
  for (const [name, text] of Object.entries(configurations)) writeFileSync(join(folder, name), JSON.stringify(text));
  const lines: string[] = [];
  for (const words of scans) {
    const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
    const found = await ran(['scan', '--json', ...words.map(word => word.replace('CLUSTER', arn))]);
    const report = found.stdout === '' ? undefined : (JSON.parse(found.stdout) as RunReport);
    lines.push(
      `# scan ${words.join(' ')} => ${found.code}`,
      ...found.calls.map(call => `  ${call}`),
      ...found.asked.map(request => `  ${request}`),
      ...(report?.gaps ?? []).map(gap => `gap ${gap.section} ${gap.region ?? ''} ${gap.reason.kind}`),
      ...(report?.notReached ?? []).map(gap => `not reached ${gap.section} ${gap.reason.kind}`),
      ...(report?.notes ?? []).map(note => `note ${note}`),
      ...found.stderr
        .split('\n')
        .filter(line => line !== '' && !/\r|^\s*$/.test(line))
        .map(line => `! ${line}`),
      '',
    );
  }
  golden(
    'scan-options.txt',
    lines
      .join('\n')
      .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
      .replaceAll(folder, 'FOLDER'),
  );
}, 120_000);

const role = aRole().arn;
const others: readonly (readonly string[])[] = [
  ['report', '--no-in-cluster', '--format', 'json'],
  ['graph', '--no-in-cluster'],
  ['impact', 'role', role, '--no-in-cluster', '--json'],
  ['impact', 'provider', 'shop', '--in-cluster', '--json'],
  ['plan', 'pod-identity', '--no-in-cluster', '--json'],
  ['plan', 'pod-identity', '--no-in-cluster', '--json', '--finish', '--unused-for', '3'],
  ['reach', '--to', role, '--in-cluster', '--json'],
  ['reach', '--from', 'group/devs', '--to', 'admin', '--in-cluster', '--json'],
  ['reach', '--from', 'sa/checkout/cart', '--in-cluster', '--json'],
  ['explain', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', '--role', role, '--no-in-cluster'],
  ['fix', '--no-in-cluster', '--json'],
];

test('of each command that audits, too', async () => {
  const lines: string[] = [];
  for (const words of others) {
    const { calls, asked, stderr, code } = await ran(words);
    lines.push(
      `# ${words.join(' ')} => ${code}`,
      ...calls.map(call => `  ${call}`),
      ...asked.map(request => `  ${request}`),
      ...stderr
        .split('\n')
        .filter(line => line.startsWith('irsa-auditor'))
        .map(line => `! ${line}`),
      '',
    );
  }
  expect(lines.length).toBeGreaterThan(50);
  golden('command-calls.txt', lines.join('\n').replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT'));
}, 120_000);
