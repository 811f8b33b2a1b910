import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { fleetServers, member, own, twoAccounts, twoRegions } from '../../sandbox/world/scenarios/two-accounts.ts';
import type { Fault, World } from '../../sandbox/world/world.ts';
import { runCommand } from '../support/captured-io.ts';

/** `scan` over the sandbox's endpoints: the SDK's own environment variables lead to them, as they would for a person. */
let world: World;
let aws: SandboxAws;
let issuers: Issuers;
let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-scan-'));
  issuers = await startIssuers(fleetServers());
  world = twoAccounts(issuers.thumbprints, new Date().toISOString());
  aws = await startAws(world);
  writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  process.env.AWS_ENDPOINT_URL = aws.url;
  process.env.AWS_CONFIG_FILE = join(folder, 'none');
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'none');
  const { accessKeyId, secretAccessKey } = sandboxCredentials(own);
  process.env.AWS_ACCESS_KEY_ID = accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
  delete process.env.AWS_SESSION_TOKEN;
});
afterEach(() => {
  world.faults.length = 0;
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([aws.stop(), issuers.stop()]);
});

const everywhere = () => [
  ...twoRegions.flatMap(region => ['--region', region]),
  ...issuers.connectTo.flatMap(text => ['--connect-to', text]),
  '--ca-file',
  join(folder, 'roots.pem'),
];
const scan = (...args: readonly string[]) => runCommand(['scan', ...everywhere(), ...args], { cwd: folder });

test.each<readonly [string, Fault]>([
  ['iam:ListRoles', { operation: 'iam:ListRoles', kind: 'deny' }],
  ['eks:ListClusters', { operation: 'eks:ListClusters', region: 'eu-central-1', kind: 'deny' }],
  ['eks:DescribeCluster', { operation: 'eks:DescribeCluster', resource: 'lost', kind: 'deny' }],
  ['iam:GetOpenIDConnectProvider', { operation: 'iam:GetOpenIDConnectProvider', resource: 'B2B2', kind: 'deny' }],
  ['iam:ListRoles', { operation: 'iam:ListRoles', kind: 'cut-page' }],
])('%s fails: exit 3, and a line names it', async (operation, fault) => {
  world.faults.push({ ...fault });
  const { stdout, stderr, code } = await scan();
  expect(code).toBe(3);
  expect(`${stdout}\n${stderr}`.split('\n').filter(line => line.includes(operation)).length).toBeGreaterThanOrEqual(1);
});

test.each(['graph', 'plan pod-identity'])('%s says what was not read, with exit code 3', async words => {
  world.faults.push({ operation: 'iam:ListRoles', kind: 'deny' });
  const more = words === 'graph' ? ['--output-file', 'graph.mmd'] : [];
  const ran = await runCommand([...words.split(' '), ...everywhere(), ...more], { cwd: folder });
  expect(ran.code).toBe(3);
  expect(ran.stderr).toMatch(/^not read: .*iam:ListRoles/m);
});

test('throttling that passes changes nothing', async () => {
  const sound = await scan('--format', 'csv');
  world.faults.push({ operation: 'iam:ListRoles', kind: 'throttle', times: 2 });
  const throttled = await scan('--format', 'csv');
  expect([throttled.code, throttled.stdout]).toEqual([1, sound.stdout]);
});

test.each<readonly [what: string, args: () => readonly string[]]>([
  ['one account of a list', () => ['--config', 'accounts.json']],
  [
    'the account of --role-arn',
    () => ['--role-arn', `arn:aws:iam::${member}:role/irsa-auditor-read`, '--external-id', 'irsa-auditor'],
  ],
])('%s may not be entered: exit 3, the role to be trusted is named, and what it has is no orphan', async (_, args) => {
  writeFileSync(
    join(folder, 'accounts.json'),
    JSON.stringify({ accounts: { from: 'list', accountIds: [own, member] }, regions: [...twoRegions] }),
  );
  world.faults.push({ operation: 'sts:AssumeRole', kind: 'deny' });
  const { stdout, stderr, code } = await scan('--json', ...args());
  const report = JSON.parse(stdout);
  expect([stderr, code]).toEqual(['', 3]);
  expect(report.gaps.map((gap: { reason: { permission?: string } }) => gap.reason.permission)).toContain(
    `sts:AssumeRole on arn:aws:iam::${member}:role/irsa-auditor-read`,
  );
  expect(report.findings.map((finding: { ruleId: string }) => finding.ruleId)).not.toContain('provider-orphaned');
});
