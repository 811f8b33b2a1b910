import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunReport } from '../../lib/report/run-report.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { fleetServers, governedAccounts, member, own, twoRegions } from '../../sandbox/world/scenarios/two-accounts.ts';
import type { WorldOrganization } from '../../sandbox/world/world.ts';
import { runCommand } from '../support/captured-io.ts';

/** `scan` as the account that manages an organization, and as a member of it. */
let aws: SandboxAws;
let issuers: Issuers;
const statement = (effect: string, action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: effect, Action: action, Resource: '*' } });
const allowAll = statement('Allow', '*');
/** Nobody changes permissions in the accounts of the organization. */
const withServicePolicy = (organization: WorldOrganization): WorldOrganization => ({
  ...organization,
  servicePolicies: [
    { id: 'p-noiam', name: 'no-iam', content: statement('Deny', 'iam:*'), targets: [organization.rootId] },
  ],
});
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-governed-'));
const before = { ...process.env };

beforeAll(async () => {
  issuers = await startIssuers(fleetServers());
  const world = governedAccounts(issuers.thumbprints, new Date().toISOString());
  for (const { roles } of world.accounts)
    for (const role of roles) if (role.name === 'open') role.inlinePolicies = [{ name: 'all', document: allowAll }];
  aws = await startAws({
    ...world,
    ...(world.organization && { organization: withServicePolicy(world.organization) }),
  });
  writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  writeFileSync(
    join(folder, 'audit.json'),
    JSON.stringify({ accounts: { from: 'list', accountIds: [own, member] }, resourceControlPolicies: true }),
  );
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ accounts: { from: 'list', accountIds: [own, member] } }));
  process.env.AWS_ENDPOINT_URL = aws.url;
  process.env.AWS_CONFIG_FILE = join(folder, 'none');
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'none');
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([aws.stop(), issuers.stop()]);
});

const scanAs = async (account: string, ...args: readonly string[]) => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(account);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  const issuerOptions = issuers.connectTo.flatMap(text => ['--connect-to', text]);
  const regions = twoRegions.flatMap(region => ['--region', region]);
  const given = ['--ca-file', join(folder, 'roots.pem'), '--no-in-cluster', '--rule', 'role-denied-by-rcp', ...args];
  return runCommand(['scan', ...regions, ...issuerOptions, ...given], { cwd: folder });
};

interface Said {
  readonly findings: readonly { readonly ruleId: string; readonly subject: string; readonly message: string }[];
  readonly undecided: readonly { readonly ruleId: string; readonly kind: string; readonly missing: string }[];
  readonly gaps: readonly { readonly section: string; readonly reason: { readonly permission?: string } }[];
  readonly apiCalls: Readonly<Record<string, number>>;
}
const said = (stdout: string): Said => JSON.parse(stdout);

test('the policy over a unit is found as the reason why no pod gets a role of the accounts in it', async () => {
  const before = { ...aws.calls() };
  const { stdout, code: exit } = await scanAs(own, '--config', join(folder, 'audit.json'), '--json');
  const { findings, undecided } = said(stdout);
  expect(findings.map(({ ruleId, subject }) => [ruleId, subject])).toEqual(
    ['open', 'reader'].map(name => ['role-denied-by-rcp', `arn:aws:iam::${member}:role/${name}`]),
  );
  expect(findings[0]?.message).toContain('The resource control policy trusted-issuers denies role open');
  expect(undecided).toEqual([]);
  expect(exit).toBe(1);
  const made = Object.entries(aws.calls()).flatMap(([operation, count]) =>
    operation.startsWith('organizations:') ? [[operation, count - (before[operation] ?? 0)]] : [],
  );
  // Neither what accounts share nor the unit is asked about twice.
  expect(Object.fromEntries(made)).toEqual({
    'organizations:ListPolicies': 1,
    'organizations:ListTargetsForPolicy': 1,
    'organizations:DescribePolicy': 1,
    'organizations:DescribeOrganization': 1,
    'organizations:ListParents': 2,
  });
});

test('the level of a role is decided under the service control policies over its account', async () => {
  const read = ['--role-permissions', '--level', 'administrator', '--json'];
  const rolesOf = async (...args: readonly string[]) => {
    const { stdout } = await scanAs(own, '--config', join(folder, 'list.json'), ...read, ...args);
    const { roles } = JSON.parse(stdout) as RunReport;
    return [roles?.roles.map(({ roleArn }) => roleArn), roles?.areUpperBounds];
  };
  expect(await rolesOf()).toEqual([[`arn:aws:iam::${member}:role/open`], true]);
  expect(await rolesOf('--control-policies')).toEqual([[], undefined]);
});

test('a member account is refused, and that is a gap with the permission, never all clear', async () => {
  const { stdout, code: exit } = await scanAs(member, '--control-policies', '--json');
  const { findings, undecided, gaps } = said(stdout);
  expect(findings).toEqual([]);
  expect(undecided.map(({ kind }) => kind)).toEqual(['unread', 'unread']);
  expect(gaps).toMatchObject([{ section: 'control-policies', reason: { permission: 'organizations:ListPolicies' } }]);
  expect(exit).toBe(3);
});

test('nothing is asked of Organizations without the option', async () => {
  const before = { ...aws.calls() };
  const { code: exit } = await scanAs(member, '--json');
  expect(exit).toBe(0);
  const made = Object.entries(aws.calls()).filter(([name, count]) => count > (before[name] ?? 0));
  expect(made.map(([name]) => name).filter(name => name.startsWith('organizations:'))).toEqual([]);
});
