/** A question about a role of the account: what is read of it, and what is said where it is not the one that was meant. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import { anAccount, aWorldRole } from '../../../sandbox/world/build.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aTrustPolicy, exampleAccountId } from '../../support/example-world.ts';

const policy = aTrustPolicy({ subject: 'system:serviceaccount:team-a:good' });
const ofTeam = JSON.parse(policy) as { Statement: [{ Condition: Record<string, object> }] };
Object.assign(ofTeam.Statement[0].Condition.StringEquals ?? {}, { 'aws:ResourceTag/team': 'a' });
const world: World = {
  accounts: [
    anAccount(exampleAccountId, 'main', {
      roles: [
        aWorldRole('cart', policy),
        { ...aWorldRole('tagged', JSON.stringify(ofTeam)), tags: { team: 'a' } },
        { ...aWorldRole('other', JSON.stringify(ofTeam)), tags: { team: 'b' } },
      ],
    }),
  ],
  issuers: [],
  kubernetes: new Map(),
  faults: [],
};
let aws: SandboxAws;
const before = { ...process.env };
beforeAll(async () => {
  aws = await startAws(world);
  const { accessKeyId, secretAccessKey } = sandboxCredentials(exampleAccountId);
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1' });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
});
afterAll(async () => {
  process.env = before;
  await aws.stop();
});

const ask = async (role: string, ...denied: readonly string[]) => {
  world.faults.push(...denied.map(operation => ({ operation, kind: 'deny' as const })));
  const ran = await runCommand(['who-can-assume', '--role', role, '--service-account', 'team-a/good']);
  world.faults.splice(0);
  return ran;
};
const arn = (name: string) => `arn:aws:iam::${exampleAccountId}:role/${name}`;

test('a role that may not be read leaves the question open: exit code 3, and why', async () => {
  const { stdout, stderr, code } = await ask('cart', 'iam:GetRole');
  expect([stdout, code]).toEqual(['', 3]);
  expect(stderr).toMatch(/^irsa-auditor: role cart could not be read: AccessDenied: .*iam:GetRole.*\n$/);
});

test('a service account is named with its namespace, or beside --namespace, and not by two of them', async () => {
  const asked = (...more: readonly string[]) => runCommand(['who-can-assume', '--role', 'cart', ...more]);
  expect((await asked('--service-account', 'good', '-n', 'team-a')).code).toBe(0);
  expect((await asked('--service-account', 'team-a/good', '-n', 'team-a')).code).toBe(0);
  expect((await asked('--service-account', 'good', '-n', 'team-b')).code).toBe(1);
  expect(await asked('--service-account', 'team-a/good', '-n', 'team-b')).toEqual({
    ...{ stdout: '', code: 2 },
    stderr: 'irsa-auditor: --service-account is team-a/good, and --namespace is team-b: wanted one namespace\n',
  });
});

test('the role of an ARN is that one, and not another one of its name', async () => {
  expect((await ask(arn('cart'))).code).toBe(0);
  expect(await ask(arn('team/cart'))).toEqual({
    ...{ stdout: '', code: 2 },
    stderr: `irsa-auditor: --role: got ${arn('team/cart')}, but the role of that name in this AWS account is ${arn('cart')}\n`,
  });
});

test('a role that is not there is told with the nearest one, as far as roles may be listed', async () => {
  const unknown = 'irsa-auditor: --role: unknown role "crat"';
  expect(await ask('crat')).toEqual({ stdout: '', stderr: `${unknown}; did you mean cart?\n`, code: 2 });
  expect(await ask('crat', 'iam:ListRoles')).toEqual({ stdout: '', stderr: `${unknown}\n`, code: 2 });
});

test('the tags of the role decide with its policy', async () => {
  expect([(await ask('tagged')).code, (await ask('other')).code]).toEqual([0, 1]);
});
