/**
 * `init organization` against someone else's CloudFormation and Organizations (moto), and its printed commands in the real AWS CLI: the
 * stack set is read back by an SDK of its own, and its parameters are compared with the template that ships.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  DescribeStackSetCommand,
  ListStackSetOperationsCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateAccountCommand, CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runCommand } from '../support/captured-io.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { programs } from '../support/programs.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const template = readFileSync('docs/member-role.yaml', 'utf8');
let moto: Moto;
let path: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'organization-'));
  moto = await startMoto();
  ({ path } = await programs());
}, 300_000);
afterAll(async () => {
  await moto.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await moto.reset();
  const client = new OrganizationsClient({ region, endpoint: moto.url, credentials });
  await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  client.destroy();
});

const environment = () => ({
  ...{ AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' },
});
type Word = string | Readonly<Record<string, string | undefined>>;
const init = async (configuration: object, ...more: readonly Word[]) => {
  writeFileSync(join(folder, 'irsa-auditor.config.json'), JSON.stringify({ name: 'acme', ...configuration }));
  const before = { ...process.env };
  Object.assign(process.env, environment(), ...more.filter(word => typeof word !== 'string'));
  try {
    const words = [
      'init',
      'organization',
      '--auditor',
      '111122223333',
      '--region',
      region,
      ...more.filter(word => typeof word === 'string'),
    ];
    return await runCommand(words, { cwd: folder, env: { HOME: folder, AWS_ENDPOINT_URL: moto.url } });
  } finally {
    process.env = before;
  }
};

const organization = { accounts: { from: 'organization' }, memberRole: { externalId: 'plum-7' } };
const client = () => new CloudFormationClient({ region, endpoint: moto.url, credentials });
const stackSet = async () => {
  const { StackSet } = await client().send(new DescribeStackSetCommand({ StackSetName: 'acme-read' }));
  return {
    template: StackSet?.TemplateBody,
    model: StackSet?.PermissionModel,
    parameters: Object.fromEntries(
      (StackSet?.Parameters ?? []).map(one => [one.ParameterKey, one.ParameterValue] as const),
    ),
  };
};
const operations = async () => {
  const { Summaries = [] } = await client().send(new ListStackSetOperationsCommand({ StackSetName: 'acme-read' }));
  return Summaries.map(({ Action }) => Action).sort();
};
const declared = Object.keys((parse(template, { logLevel: 'silent' }) as { Parameters: object }).Parameters).sort();
/** The configuration above asks for nothing beyond the usual. */
const usual = {
  ...{ AuditorAccountId: '111122223333', AuditorName: 'acme', RoleName: 'irsa-auditor-read', ExternalId: 'plum-7' },
  ...{ ReadRoleDetails: 'false', ReadRolePermissions: 'false', ReadServiceUse: 'false', ReadCloudTrail: 'false' },
  ...{ ReadClusters: 'false', ReadAccessEntries: 'false' },
};

test('--apply makes the stack set with every parameter of the template, and says nothing more while all is the same', async () => {
  const first = await init(organization, '--apply');
  expect([first.stderr, first.code]).toEqual(['', 0]);
  expect(await stackSet()).toMatchObject({ template, parameters: usual });
  expect(Object.keys(usual).sort()).toEqual(declared);
  expect(await operations()).toEqual(['CREATE']);
  const again = await init(organization, '--apply');
  expect(again.stdout).not.toMatch(/update-stack-set|create-stack-set/);
  expect([again.stderr, again.code]).toEqual(['', 0]);
});

test('a list of accounts is reached by name: accounts that join an organizational unit get no role by themselves', async () => {
  const accountIds = ['111122223333', '222233334444', '123456789012'];
  const { stdout } = await init({ accounts: { from: 'list', accountIds } });
  const [create = '', instances = ''] = stdout.split('\n');
  expect(create).toContain('"AutoDeployment":{"Enabled":false}');
  expect(instances).toContain('"Accounts":["222233334444"],"AccountFilterType":"INTERSECTION"');
});

test('a delegated administrator calls as one', async () => {
  const organizations = new OrganizationsClient({ region, endpoint: moto.url, credentials });
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: 'security', Email: 'security@example.com' }),
  );
  organizations.destroy();
  const sts = new STSClient({ region, endpoint: moto.url, credentials });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${CreateAccountStatus?.AccountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'x',
    }),
  );
  sts.destroy();
  const keys = {
    ...{ AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId, AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey },
    AWS_SESSION_TOKEN: Credentials?.SessionToken,
  };
  const units = { accounts: { from: 'organization', organizationalUnits: ['ou-ab12-12345678'] } };
  const { stdout, stderr } = await init(units, keys);
  expect(stderr).toBe('');
  expect(stdout.match(/"CallAs":"DELEGATED_ADMIN"/g)).toHaveLength(2);
});

test('an option that is switched on updates the stack set, with all its parameters', async () => {
  await init(organization, '--apply');
  const { stdout, stderr, code } = await init(
    { ...organization, unusedPermissions: true, inCluster: { enabled: true }, rbac: true },
    '--apply',
  );
  expect([stderr, code]).toEqual(['', 0]);
  expect(stdout).toMatch(/^update-stack-set acme-read: begun, operation \S+$/m);
  expect((await stackSet()).parameters).toEqual({
    ...usual,
    ...{ ReadRoleDetails: 'true', ReadRolePermissions: 'true', ReadServiceUse: 'true' },
    ...{ ReadClusters: 'true', ReadAccessEntries: 'true' },
  });
  expect(await operations()).toContain('UPDATE');
});

test('a stack set of an older template is updated', async () => {
  await init(organization, '--apply');
  const older = template.replace('iam:ListAccountAliases', 'iam:ListSAMLProviders');
  await client().send(
    new UpdateStackSetCommand({
      ...{ StackSetName: 'acme-read', TemplateBody: older },
      Parameters: Object.entries(usual).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    }),
  );
  expect((await stackSet()).template).toBe(older);
  await init(organization, '--apply');
  expect(await stackSet()).toMatchObject({ template, parameters: usual });
});

test('what is printed makes the same stack set when it is pasted; the management account is told apart', async () => {
  const { stdout, stderr, code } = await init(organization);
  expect([stderr, code]).toEqual(['', 0]);
  const [create = '', instances = '', ...notes] = stdout.trimEnd().split('\n');
  expect(instances).toMatch(
    /^aws cloudformation create-stack-instances --region eu-west-1 .*"MaxConcurrentPercentage":25/,
  );
  expect(instances).toMatch(/"OrganizationalUnitIds":\["r-[a-z0-9]+"\]/);
  expect(readFileSync(join(folder, 'acme-read.yaml'), 'utf8')).toBe(template);
  await promisify(execFile)('sh', ['-c', create], { cwd: folder, env: { PATH: path, ...environment() } });
  expect(await stackSet()).toEqual({ template, model: 'SERVICE_MANAGED', parameters: usual });
  expect(notes).toEqual([
    expect.stringContaining('# a stack set does not reach the management account 123456789012'),
    expect.stringContaining('--parameter-overrides AuditorAccountId=111122223333 AuditorName=acme'),
  ]);
});

test.each([
  [{ accounts: { from: 'self' } }, 2, 'there are no member accounts'],
  [{ accounts: { from: 'nobody' } }, 2, 'accounts'],
])('%j is refused', async (configuration, wanted, told) => {
  const { stderr, code } = await init(configuration);
  expect([code, stderr]).toEqual([wanted, expect.stringContaining(told)]);
});

test('without an organization it says which call was refused: exit code 3', async () => {
  await moto.reset();
  const { stderr, code } = await init(organization, '--apply');
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('organizations:DescribeOrganization ended with AWSOrganizationsNotInUseException'),
  ]);
});
